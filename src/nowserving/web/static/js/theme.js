// Runs before the first paint, so that a chosen theme never flashes. A classic script on purpose.
(() => {
  const root = document.documentElement;
  let theme = "auto";
  try {
    theme = localStorage.getItem("ns-theme") ?? "auto";
  } catch {
    // Storage may be forbidden; then the theme follows the device.
  }
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
})();
