/** The accent colour: a picker beside the text, each following the other. */

const text = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-accent] [name=accent]"));
const picker = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-accent-picker]"));
if (text && picker) {
  picker.hidden = false;
  picker.addEventListener("input", () => (text.value = picker.value));
  text.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(text.value)) picker.value = text.value;
  });
}
