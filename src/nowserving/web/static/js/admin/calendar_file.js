/** A calendar file is read here and stands in the form as text; without scripts one pastes it. */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-calendar-file]"));
const field = /** @type {HTMLElement | null} */ (document.querySelector("[data-file]"));
const file = /** @type {HTMLInputElement | null} */ (document.querySelector("#file"));
const text = /** @type {HTMLTextAreaElement | null} */ (document.querySelector("#calendar"));
if (form && field && file && text) {
  field.hidden = false;
  file.addEventListener("change", async () => {
    const chosen = file.files?.[0];
    if (!chosen) return;
    text.value = await chosen.text();
    form.requestSubmit();
  });
}
