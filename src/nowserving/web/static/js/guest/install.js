/** The page on the phone's home screen, and the worker that shows it without a network. */
import { t } from "../i18n.js";
import { toast } from "../toast.js";

/** @param {HTMLElement} button */
export function offerInstall(button) {
  /** @type {any} */
  let offer = null;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    button.hidden = false;
  });
  window.addEventListener("appinstalled", () => (button.hidden = true));
  // Safari on a phone has no such event; it has "standalone", false in an ordinary tab.
  if (/** @type {any} */ (navigator).standalone === false) button.hidden = false;
  button.addEventListener("click", () => {
    if (offer) offer.prompt();
    else toast(t("Tap Share, then “Add to Home Screen”."), { seconds: 20 });
  });
}

/**
 * Let the worker keep this page and what it is made of: nothing is loaded twice. On plain HTTP there is no worker.
 *
 * @param {string} html the page as it came @param {number} at when it came, in milliseconds
 */
export async function keepPage(html, at) {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/worker.js", { scope: "/t/" });
    const { active } = await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType("resource").map((entry) => entry.name);
    active?.postMessage({ keep: location.pathname, html, at, files: files.filter((name) => name.includes("/static/")) });
  } catch {
    // A browser that wants no worker: the page works as it does.
  }
}
