/** A full-screen device is no browser: no menus, no zooming, no dragging, and it does not fall asleep. */

export function tameScreen() {
  // Every script has arrived: device/guard.js and `nowserving display` need not load the page anew.
  document.documentElement.dataset.alive = "yes";
  for (const gesture of ["contextmenu", "dragstart", "gesturestart"]) document.addEventListener(gesture, (event) => event.preventDefault());
  document.addEventListener("wheel", (event) => event.ctrlKey && event.preventDefault(), { passive: false });
  stayAwake();
  document.addEventListener("visibilitychange", stayAwake);
}

/** Only a secure page may ask for it; elsewhere the system's settings keep the screen on. */
async function stayAwake() {
  if (document.visibilityState !== "visible") return;
  await navigator.wakeLock?.request("screen").catch(() => {});
}
