/** A number field with a less and a more button, each as large as a thumb. */

export function offerSteppers() {
  for (const stepper of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-stepper]"))) offer(stepper);
}

/** @param {HTMLElement} stepper */
function offer(stepper) {
  const input = /** @type {HTMLInputElement} */ (stepper.querySelector("input"));
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (stepper.querySelectorAll("[data-step]"));
  const [least, most] = [Number(input.min), Number(input.max)];
  const limit = () => {
    for (const button of buttons) button.disabled = stepped(input.value, Number(button.dataset.step), least, most) === Number(input.value);
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      input.value = String(stepped(input.value, Number(button.dataset.step), least, most));
      limit();
    });
  }
  input.addEventListener("input", limit);
  limit();
}

/**
 * The number one step further, within its bounds; what is no number begins at the least.
 *
 * @param {string} value @param {number} step @param {number} least @param {number} most
 */
export function stepped(value, step, least, most) {
  const number = Number.parseInt(value, 10);
  return Number.isNaN(number) ? least : Math.min(most, Math.max(least, number + step));
}
