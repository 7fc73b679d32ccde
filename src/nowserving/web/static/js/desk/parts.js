/** Filling the markup that the server wrote (templates/desk/parts.html): rows, pills, times. */
import { tn } from "../i18n.js";

/** @typedef {Record<string, any>} Row a ticket as live/screens.py tells it */

/** Nobody should wait longer than this without somebody noticing; twice as long is too long. */
const LONG_US = 15 * 60 * 1e6;

/**
 * Make an element from a <template>.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function fromTemplate(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(id));
  return /** @type {HTMLElement} */ (/** @type {Element} */ (template.content.firstElementChild).cloneNode(true));
}

/**
 * Everything in `root` that is marked with this field's name.
 *
 * @param {ParentNode} root @param {string} name
 * @returns {HTMLElement[]}
 */
export function fields(root, name) {
  return [...root.querySelectorAll(`[data-f="${name}"]`)].map((found) => /** @type {HTMLElement} */ (found));
}

/**
 * Write a field's words; nothing to say hides it.
 *
 * @param {ParentNode} root @param {string} name @param {string | number | null | undefined} words
 */
export function fill(root, name, words) {
  const shown = words === null || words === undefined ? "" : String(words);
  for (const field of fields(root, name)) {
    const place = field.matches(".badge") ? (field.querySelector("span") ?? field) : field;
    if (place.textContent !== shown) place.textContent = shown;
    if (HIDEABLE.has(name)) field.hidden = shown === "";
  }
}

const HIDEABLE = new Set(["name", "party", "priority", "calls", "expected"]);

/**
 * Set the instant that a <time> of the page counts from (js/time.js keeps it fresh).
 *
 * @param {ParentNode} root @param {string} name @param {number | null | undefined} atUs
 */
export function fillTime(root, name, atUs) {
  for (const field of fields(root, name)) {
    field.hidden = !atUs;
    if (atUs) field.dataset.at = String(atUs);
  }
}

/** Swap the pill of a state. @param {Element | null} place @param {string} state */
export function setPill(place, state) {
  if (!place || place.firstElementChild?.getAttribute("data-state") === state) return;
  const pills = /** @type {HTMLTemplateElement} */ (document.getElementById("pills"));
  const pill = pills.content.querySelector(`[data-state="${state}"]`);
  if (pill) place.replaceChildren(pill.cloneNode(true));
}

/** What every row and the ticket at the desk have in common. @param {HTMLElement} root @param {Row} row */
export function fillTicket(root, row) {
  fill(root, "code", row.code);
  fill(root, "name", row.name);
  fill(root, "queue", row.queue);
  fill(root, "priority", row.priority);
  fill(root, "party", row.party_size > 1 ? tn("%(n)s person", "%(n)s people", row.party_size) : "");
  for (const input of fields(root, "key")) /** @type {HTMLInputElement} */ (input).value = row.key;
  for (const link of fields(root, "transfer")) {
    link.setAttribute("href", (link.getAttribute("href") ?? "").replace(/transfer\/.*$/, `transfer/${encodeURIComponent(row.key)}`));
  }
}

/** @param {HTMLElement} root @param {Row} queue */
export function fillQueue(root, queue) {
  fill(root, "prefix", queue.prefix);
  fill(root, "waiting", queue.waiting);
  for (const field of root.querySelectorAll(".queue__name [data-f=name], [data-f=title]")) {
    if (field.textContent !== queue.name) field.textContent = queue.name;
  }
  for (const field of fields(root, "paused")) field.hidden = !queue.paused;
  fillTime(root, "longest", queue.longest_since);
}

/**
 * How grave a wait is: none, fine, long, over.
 *
 * @param {number | null | undefined} sinceUs
 * @param {number} nowMs
 */
export function waitLevel(sinceUs, nowMs) {
  if (!sinceUs) return "none";
  const waited = nowMs * 1000 - sinceUs;
  if (waited < LONG_US) return "fine";
  return waited < 2 * LONG_US ? "long" : "over";
}
