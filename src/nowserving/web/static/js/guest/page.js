/** The fields of the guest's page: what a script may write, by name. */
import { setText } from "../dom.js";

/** @param {string} id */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} name */
export function fields(name) {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`[data-f="${name}"]`)]);
}

/** @param {string} name @param {string} words */
export function say(name, words) {
  for (const field of fields(name)) setText(field, words);
}

/** @param {string} name @param {boolean} is */
export function show(name, is) {
  for (const field of fields(name)) field.hidden = !is;
}

/** Give a countdown its end. @param {string} name @param {number | undefined} at in µs */
export function until(name, at) {
  for (const time of fields(name)) time.dataset.at = String(at ?? "");
}
