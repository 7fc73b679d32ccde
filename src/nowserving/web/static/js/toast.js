/** A short message at the foot of the page, with Undo where there is something to undo. */
import { announce, h, icon } from "./dom.js";
import { t } from "./i18n.js";

/** @typedef {{label: string, run: () => void}} Act what can be done about a message */

/** Takes away the message whose act can still be undone. @type {(() => void) | null} */
let undoable = null;

/**
 * Show a message. Only the last act can be undone, so a message with Undo takes the one before away.
 *
 * @param {string} words
 * @param {{undo?: () => void, action?: Act, actions?: Act[], seconds?: number}} [options]
 * @returns {() => void} takes the message away
 */
export function toast(words, { undo, action, actions = action ? [action] : [], seconds = 10 } = {}) {
  const acts = undo ? [{ label: t("Undo"), run: undo }, ...actions] : actions;
  const box = h("div", { class: "toast" }, h("span", {}, words));
  const close = () => {
    clearTimeout(timer);
    box.remove();
  };
  for (const act of acts) box.append(h("button", { type: "button", class: "button", onclick: () => (close(), act.run()) }, act.label));
  box.append(h("button", { type: "button", class: "button button--icon", "aria-label": t("Close"), onclick: close }, icon("x")));
  let timer = setTimeout(close, seconds * 1000);
  // Time stands still while somebody reads it or is about to press Undo.
  const hold = () => clearTimeout(timer);
  const release = () => (timer = setTimeout(close, seconds * 1000));
  box.addEventListener("pointerenter", hold);
  box.addEventListener("focusin", hold);
  box.addEventListener("pointerleave", release);
  box.addEventListener("focusout", release);
  if (undo) {
    undoable?.();
    undoable = close;
  }
  document.getElementById("toasts")?.append(box);
  announce([words, ...acts.map((act) => act.label)].join(" "));
  return close;
}
