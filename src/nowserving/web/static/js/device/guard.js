/**
 * A server may go away while it sends a screen its scripts, and nobody presses F5 on a wall. No module:
 * it must run where the modules did not come. It loads the page anew as soon as the server has it.
 */
(() => {
  const PATIENCE_MS = 20_000;

  async function look() {
    if (document.documentElement.dataset.alive) return;
    try {
      const response = await fetch(location.href, { cache: "no-store" });
      if (response.ok) location.reload();
    } catch {
      // It is still away.
    }
    setTimeout(look, PATIENCE_MS);
  }

  setTimeout(look, PATIENCE_MS);
})();
