/** The doctor's keyboard: the desk's letters press what stands on the page. Without it every button is there. */
import { listenToKeys } from "../desk/keyboard.js";
import { wishedHere } from "../desk/settings.js";

/** What a command presses. A letter whose button is not there means nothing just now. */
const PRESSES = new Map([
  ["call-next", '[value="call-next"]'],
  ["recall", '[data-part^="now"] [value="recall"]'],
  ["start", '[data-part^="now"] [value="start"]'],
  ["finish", '[data-part^="now"] :is([value="finish"], [value="end"])'],
  ["no-show", '[data-part^="now"] [value="no-show"]'],
  ["park", '[value="pause"]'],
  ["undo", '[value="undo"]'],
  ["find", "[data-find]"],
]);

/** Whether something was sent: until the next page is there, a second press means the first. */
let sent = false;

/**
 * Do what a command asks for.
 *
 * @param {string | number} command
 * @param {ParentNode} page
 */
export function obey(command, page = document) {
  if (command === "help") return /** @type {HTMLDialogElement} */ (page.querySelector("#help")).showModal();
  // Where to is a choice, so the letter leads to it and the choice is made there.
  if (command === "transfer") return /** @type {HTMLElement | null} */ (page.querySelector('[data-part^="now"] [name="queue_id"]'))?.focus();
  const pressed = PRESSES.get(String(command));
  if (!pressed || sent) return;
  /** @type {HTMLElement | null} */ (page.querySelector(pressed))?.click();
}

/** Let one press be one. @param {Event} event */
export function onlyOnce(event) {
  if (sent) event.preventDefault();
  sent = true;
}

/** Somebody is on the page (again): what they press counts. */
export function fresh() {
  sent = false;
}

/** Let the letters work on this page. @param {HTMLElement} clinic */
function begin(clinic) {
  const wishes = wishedHere(clinic.dataset.keys === "on");
  listenToKeys({ isOn: () => wishes.keyboard, run: (command) => obey(command) });
  document.addEventListener("submit", onlyOnce);
  addEventListener("pageshow", fresh);
  const help = /** @type {HTMLButtonElement} */ (document.querySelector("[data-help]"));
  help.hidden = false;
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (target.closest("[data-help]")) obey("help");
    const dialog = target.closest("dialog");
    if (dialog && (target === dialog || target.closest("[data-close]"))) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    const writing = event.target instanceof Element && event.target.closest("#consultation textarea");
    if (!writing || event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.repeat) return;
    event.preventDefault();
    obey("finish");
  });
}

const clinic = globalThis.document?.querySelector("[data-keys]");
if (clinic) begin(/** @type {HTMLElement} */ (clinic));
