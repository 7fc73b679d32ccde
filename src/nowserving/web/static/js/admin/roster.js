/** A roster: its own hours only where they count. */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-roster-form]"));
if (form) {
  form.addEventListener("change", () => show(form));
  show(form);
}

/** @param {HTMLFormElement} form */
function show(form) {
  const own = /** @type {HTMLElement | null} */ (form.querySelector("[data-own-hours]"));
  if (own) own.hidden = !form.querySelector('[name=given][value="hours"]:checked');
}
