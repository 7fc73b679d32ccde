/** Pages whose parts are read anew from the server when their branch changes; what somebody types in stays. */
import { linkWatcher } from "../connection.js";
import { follow } from "../live.js";

const NOT_OFTENER_MS = 1500;
const AT_LEAST_MS = 30_000;

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-follow]"));
/** What each part was made of. What is the same is left alone: who presses in it at that moment would press nothing. */
const shown = new WeakMap([...document.querySelectorAll("[data-part]")].map((part) => [part, part.innerHTML]));
let reading = false;
let wanted = false;
let last = 0;
if (root) {
  const topic = root.dataset.follow ?? "";
  follow([topic], { onState: () => soon(), onLink: linkWatcher() });
  setInterval(() => document.visibilityState === "visible" && soon(), AT_LEAST_MS);
}

setInterval(() => {
  for (const late of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-over-at]"))) {
    late.hidden = Date.now() * 1000 < Number(late.dataset.overAt);
  }
}, 1000);

/** Read the parts now, or as soon as the reading before is a moment ago. */
function soon() {
  if (wanted) return;
  wanted = true;
  setTimeout(() => void read(), Math.max(0, last + NOT_OFTENER_MS - Date.now()));
}

async function read() {
  if (reading) return;
  reading = true;
  wanted = false;
  last = Date.now();
  try {
    const source = root?.dataset.source ?? location.href;
    const answer = await fetch(source, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (answer.ok && !answer.redirected) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The banner of the connection says it; the next change or the next half minute tries again.
  } finally {
    reading = false;
  }
}

/** @param {Document} fresh */
function show(fresh) {
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-part]"))) {
    const next = successor(part.dataset.part ?? "", fresh);
    if (!(next instanceof HTMLElement) || next.innerHTML === shown.get(part) || isInUse(part)) continue;
    shown.set(part, next.innerHTML);
    part.dataset.part = next.dataset.part;
    part.replaceChildren(...document.importNode(next, true).childNodes);
  }
}

/**
 * The same part of a fresh page. "now-KEY" is about another ticket once that one is gone, and yet the same part.
 *
 * @param {string} name
 * @param {ParentNode} page
 */
export function successor(name, page) {
  const same = page.querySelector(`[data-part="${CSS.escape(name)}"]`);
  if (same) return same;
  const alike = page.querySelectorAll(`[data-part^="${CSS.escape(name.split("-")[0])}-"]`);
  return alike.length === 1 ? alike[0] : null;
}

/** Whether somebody has opened, chosen or typed something in it, or is pressing it. @param {HTMLElement} part */
export function isInUse(part) {
  if (part.querySelector("details[open], :active")) return true;
  if (part.contains(document.activeElement) && document.activeElement?.matches("input, textarea, select")) return true;
  const typed = [...part.querySelectorAll("textarea, input")];
  if (typed.some((field) => /** @type {HTMLInputElement} */ (field).value !== /** @type {HTMLInputElement} */ (field).defaultValue)) return true;
  return [...part.querySelectorAll("select")].some((field) => field.selectedIndex !== standing(field));
}

/** The choice that the server has made. @param {HTMLSelectElement} field */
function standing(field) {
  return Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
}
