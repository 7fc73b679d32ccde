/** The desk's keyboard: which key means what, and when keys mean nothing (WCAG 2.1.4). */

const LETTERS = new Map([
  ["n", "call-next"],
  ["r", "recall"],
  ["s", "start"],
  ["f", "finish"],
  ["x", "no-show"],
  ["t", "transfer"],
  ["p", "park"],
  ["w", "walk-in"],
  ["u", "undo"],
  ["/", "find"],
  ["?", "help"],
]);

/**
 * The command that a key press asks for, or null. A number is the row of the list, from 1.
 *
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, repeat?: boolean, defaultPrevented?: boolean, isComposing?: boolean}} event
 * @returns {string | number | null}
 */
export function commandOf(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.repeat) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return key === "z" ? "undo" : null;
  if (/^[1-9]$/.test(key)) return Number(key);
  return LETTERS.get(key) ?? null;
}

/**
 * Whether somebody is typing, or being asked: then a letter is a letter.
 *
 * @param {Element | null} focused
 * @param {boolean} asking a dialog or a menu is open
 */
export function isBusy(focused, asking) {
  return asking || (focused?.matches("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") ?? false);
}

/**
 * Listen to the keyboard.
 *
 * @param {{isOn: () => boolean, run: (command: string | number) => void}} desk
 */
export function listenToKeys({ isOn, run }) {
  document.addEventListener("keydown", (event) => {
    if (!isOn()) return;
    const asking = document.querySelector("dialog[open], details[data-menu][open]") !== null;
    if (isBusy(document.activeElement, asking)) return;
    const command = commandOf(event);
    if (command === null) return;
    event.preventDefault();
    run(command);
  });
}
