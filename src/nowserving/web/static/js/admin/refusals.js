/** The list of what was refused: each line says which field it means, and leads there. */

/** @param {string} name @returns {HTMLElement | null} */
function fieldOf(name) {
  return document.getElementById(name) ?? /** @type {HTMLElement | null} */ (document.getElementsByName(name)[0] ?? null);
}

/** What people call a field. @param {HTMLElement} field */
function labelOf(field) {
  const label = field.id ? document.querySelector(`label[for="${CSS.escape(field.id)}"]`) : null;
  const words = label ?? field.closest("label")?.querySelector("span")?.firstChild ?? null;
  return (words?.textContent ?? field.getAttribute("aria-label") ?? "").trim();
}

const list = /** @type {HTMLElement | null} */ (document.querySelector("[data-refusals]"));
for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll("[data-refusals] a"))) {
  const field = fieldOf(decodeURIComponent(link.hash.slice(1)));
  if (!field) continue;
  const label = labelOf(field);
  if (label) link.prepend(Object.assign(document.createElement("strong"), { textContent: label }), " · ");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const fold = field.closest("details");
    if (fold) fold.open = true;
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  });
}
list?.focus();
