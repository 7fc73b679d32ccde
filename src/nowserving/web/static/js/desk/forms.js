/** The page's forms and links, caught: what they would send as a plain form is run as a verb. */

/**
 * @param {(verb: string, key: string | undefined, form?: HTMLFormElement) => void} run
 * @param {(what: string) => void} [open] opens a dialog of the page by its id
 */
export function listenToForms(run, open = () => {}) {
  document.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-verbs]")) return;
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    closeMenuOf(button);
    run(button.value, keyOf(form), form);
  });
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest("[data-ask], [data-open]");
    if (target.closest("summary[aria-disabled=true]")) event.preventDefault();
    if (!link) return;
    event.preventDefault();
    if (link.getAttribute("aria-disabled") === "true") return;
    closeMenuOf(link);
    if (link.matches("[data-open]")) open(link.getAttribute("data-open") ?? "");
    else run(link.getAttribute("data-ask") ?? "", keyOf(link.closest("form")));
  });
}

/** @param {HTMLFormElement | null} form */
function keyOf(form) {
  return form ? new FormData(form).get("key")?.toString() : undefined;
}

/** @param {Element} control */
function closeMenuOf(control) {
  const menu = control.closest("details");
  if (menu) menu.open = false;
}
