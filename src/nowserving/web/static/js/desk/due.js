/** Who is still to come to this desk today: read anew every few moments, and when the page is looked at again. */

const EVERY_MS = 20_000;

const panel = /** @type {HTMLElement | null} */ (document.querySelector("[data-due]"));
if (panel) {
  setInterval(() => void renew(panel), EVERY_MS);
  document.addEventListener("visibilitychange", () => void renew(panel));
  void renew(panel);
}

/** @param {HTMLElement} panel */
async function renew(panel) {
  if (document.hidden || panel.querySelector(":active, :focus-visible")) return;
  const response = await fetch(String(panel.dataset.due)).catch(() => null);
  if (!response?.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").body;
  panel.hidden = !fresh.querySelector("[data-due-any]");
  panel.replaceChildren(...document.importNode(fresh, true).childNodes);
}
