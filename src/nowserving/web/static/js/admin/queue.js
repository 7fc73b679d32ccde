/** A queue's form: rows on demand, and of the last ticket only what its choice needs. */
import { showRowsOnDemand } from "./rows.js";

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-queue-form]"));
if (form) {
  showRowsOnDemand(form);
  const kind = /** @type {HTMLSelectElement} */ (form.elements.namedItem("last_ticket"));
  kind.addEventListener("change", () => showLastTicket(form, kind.value));
  showLastTicket(form, kind.value);
}

/** @param {HTMLFormElement} form @param {string} kind */
function showLastTicket(form, kind) {
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("[data-for]"))) {
    input.hidden = input.dataset.for !== kind;
  }
}
