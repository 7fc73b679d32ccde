/** Screens that say one thing: closed, full, away, sorry. */
import { h, icon } from "../dom.js";

/**
 * @param {string} picture
 * @param {string} words
 * @param {...(Node | false)} more
 * @returns {HTMLElement}
 */
export function notice(picture, words, ...more) {
  return h("div", { class: "only" }, h("span", { class: "only__icon" }, icon(picture)), words && h("p", { class: "only__words" }, words), ...more);
}
