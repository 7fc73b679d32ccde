/** The little that live screens need of the DOM. Text goes in as text, never as HTML. */

/**
 * Make an element: h("li", {class: "row", dataset: {key: "x"}, onclick: f}, "words", child).
 *
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/** @param {HTMLElement} element @param {string} name @param {any} value */
function setAttribute(element, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "dataset") Object.assign(element.dataset, value);
  else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/**
 * An icon of the sprite. Its address is known from any icon that is already on the page.
 *
 * @param {string} name
 * @param {boolean} [mirrored]
 */
export function icon(name, mirrored = false) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  const use = document.createElementNS(space, "use");
  svg.setAttribute("class", mirrored ? "icon icon--mirrored" : "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  use.setAttribute("href", `${asset("icons/sprite.svg")}#${name}`);
  svg.append(use);
  return svg;
}

/** The address of a static file, beside this one. @param {string} name */
export function asset(name) {
  return new URL(`../${name}`, import.meta.url).pathname;
}

/** A ticket code, kept left to right. @param {string} code @param {"row" | "large" | "hero"} [size] */
export function ticketCode(code, size = "row") {
  const [letters, digits] = code.split(/-(.*)/, 2);
  const parts = digits === undefined ? [code] : [letters, h("span", { class: "number__dash" }, "-"), digits];
  return h("bdi", { class: size === "row" ? "number" : `number number--${size}`, dir: "ltr" }, ...parts);
}

/**
 * Set an element's words, if they changed. @param {Element | null} element @param {string | number} words
 */
export function setText(element, words) {
  if (element && element.textContent !== String(words)) element.textContent = String(words);
}

/**
 * Make the children of `list` be `rows`, in order, keeping the elements (and focus) of those that stay.
 *
 * @template T
 * @param {Element} list
 * @param {T[]} rows
 * @param {(row: T) => string} keyOf
 * @param {(row: T) => HTMLElement} make
 * @param {(element: HTMLElement, row: T) => void} [update]
 */
export function keyedList(list, rows, keyOf, make, update = () => {}) {
  const known = new Map(Array.from(list.children, (child) => [/** @type {HTMLElement} */ (child).dataset.key, child]));
  let place = list.firstElementChild;
  for (const row of rows) {
    const key = keyOf(row);
    const found = /** @type {HTMLElement | undefined} */ (known.get(key));
    known.delete(key);
    const element = found ?? make(row);
    element.dataset.key = key;
    update(element, row);
    if (element === place) place = place.nextElementSibling;
    else list.insertBefore(element, place);
  }
  for (const gone of known.values()) gone.remove();
}

/**
 * Have a screen reader say something: in its turn, or at once ("your turn").
 *
 * @param {string} words
 * @param {{urgent?: boolean}} [how]
 */
export function announce(words, { urgent = false } = {}) {
  const region = document.getElementById(urgent ? "alerter" : "announcer");
  if (!region) return;
  region.textContent = "";
  // Emptied and filled in two turns: the same words twice are then said twice.
  setTimeout(() => (region.textContent = words), 50);
}
