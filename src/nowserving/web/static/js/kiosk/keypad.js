/** Keys on the screen: digits for a number, letters for a name. A real keyboard works beside them. */
import { h, icon } from "../dom.js";
import { language, t } from "../i18n.js";
import { erased, keyboardsFor, typed } from "./keyboards.js";

const LONGEST_NAME = 60;

/** @param {string | Node} face @param {() => void} press @param {Record<string, any>} [more] */
function key(face, press, more = {}) {
  // The field keeps the focus, so that a real keyboard goes on working.
  const keep = (/** @type {Event} */ event) => event.preventDefault();
  return h("button", { type: "button", class: "key", onpointerdown: keep, onclick: press, ...more }, face);
}

/**
 * Letters that type into `field`.
 *
 * @param {HTMLInputElement} field
 * @returns {HTMLElement}
 */
export function letterKeys(field) {
  const boards = keyboardsFor(language);
  let board = 0;
  let page = 0;
  const root = h("div", { class: "keys keys--letters" });

  /** @param {string} text */
  function write(text) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** @param {string} letter */
  const letterKey = (letter) => key(letter, () => write(typed(field.value, letter, LONGEST_NAME)));

  function draw() {
    const { pages } = boards[board];
    const rows = pages[page].map((keys) => h("div", { class: "keys__row" }, ...keys.map(letterKey)));
    const next = boards[(board + 1) % boards.length];
    const wide = { class: "key key--wide" };
    const sample = pages[(page + 1) % pages.length][0].slice(0, 3).join(" ");
    const foot = h(
      "div",
      { class: "keys__row" },
      pages.length > 1 && key(sample, turnPage, { ...wide, "aria-label": `${sample} (${t("More letters")})` }),
      boards.length > 1 && key(next.name, turnBoard, { ...wide, "aria-label": `${next.name} (${t("Other letters")})` }),
      key(t("Space"), () => write(typed(field.value, " ", LONGEST_NAME)), { class: "key key--space" }),
      key(icon("arrow-left", true), () => write(erased(field.value)), { ...wide, "aria-label": t("Delete the last letter") }),
    );
    root.replaceChildren(...rows, foot);
  }

  function turnPage() {
    page = (page + 1) % boards[board].pages.length;
    draw();
  }

  function turnBoard() {
    board = (board + 1) % boards.length;
    page = 0;
    draw();
  }

  draw();
  return root;
}

/** No letter that is taken for another: the signs of a reservation's code. */
const CODE_SIGNS = "23456789BCDFGHJKLMNPQRSTVWXZ";
const CODE_ROW = 7;

/**
 * Keys that type a code of `most` signs into `field`.
 *
 * @param {HTMLInputElement} field
 * @param {number} most
 * @returns {HTMLElement}
 */
export function codeKeys(field, most) {
  /** @param {string} text */
  function write(text) {
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const sign = (/** @type {string} */ one) => key(one, () => field.value.length < most && write(field.value + one));
  const signs = [...CODE_SIGNS];
  const rows = Array.from({ length: Math.ceil(signs.length / CODE_ROW) }, (_, at) => signs.slice(at * CODE_ROW, (at + 1) * CODE_ROW));
  const wide = { class: "key key--wide" };
  const foot = h(
    "div",
    { class: "keys__row" },
    key(t("Clear"), () => write(""), wide),
    key(icon("arrow-left", true), () => write(field.value.slice(0, -1)), { ...wide, "aria-label": t("Delete the last sign") }),
  );
  return h("div", { class: "keys keys--code", dir: "ltr" }, ...rows.map((row) => h("div", { class: "keys__row" }, ...row.map(sign))), foot);
}

/**
 * Digits and a plus that type a phone number into `field`.
 *
 * @param {HTMLInputElement} field
 * @param {number} most
 * @returns {HTMLElement}
 */
export function phoneKeys(field, most) {
  const sign = (/** @type {string} */ one) => key(one, () => append(field, one, most));
  return h(
    "div",
    { class: "keys keys--digits keys--phone", dir: "ltr" },
    ...["1", "2", "3", "4", "5", "6", "7", "8", "9", "+", "0"].map(sign),
    key(icon("arrow-left"), () => put(field, field.value.slice(0, -1)), { "aria-label": t("Delete the last digit") }),
  );
}

/** What addresses are made of. Capital letters are the same address, so there are none. */
const ADDRESS_ROWS = ["1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm_+"];

/**
 * Letters, digits and signs that type an e-mail address into `field`.
 *
 * @param {HTMLInputElement} field
 * @param {number} most
 * @returns {HTMLElement}
 */
export function addressKeys(field, most) {
  const sign = (/** @type {string} */ one) => key(one, () => append(field, one, most));
  const wide = (/** @type {string} */ one) => key(one, () => append(field, one, most), { class: "key key--wide" });
  const erase = key(icon("arrow-left"), () => put(field, field.value.slice(0, -1)), { class: "key key--wide", "aria-label": t("Delete the last sign") });
  const rows = ADDRESS_ROWS.map((row) => h("div", { class: "keys__row" }, ...[...row].map(sign)));
  return h("div", { class: "keys keys--letters", dir: "ltr" }, ...rows, h("div", { class: "keys__row" }, wide("@"), wide("."), wide(".com"), erase));
}

/** @param {HTMLInputElement} field @param {string} signs @param {number} most */
function append(field, signs, most) {
  if (field.value.length + signs.length <= most) put(field, field.value + signs);
}

/** @param {HTMLInputElement} field @param {string} text */
function put(field, text) {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Digits that type a number from 1 to `most` into `output`.
 *
 * @param {number} most
 * @param {(value: number | null) => void} onChange
 * @returns {HTMLElement}
 */
export function digitKeys(most, onChange) {
  let digits = "";

  /** @param {string} wanted */
  function set(wanted) {
    if (wanted !== "" && (Number(wanted) < 1 || Number(wanted) > most)) return;
    digits = wanted;
    onChange(digits ? Number(digits) : null);
  }

  const number = (/** @type {number} */ digit) => key(String(digit), () => set(digits + digit));
  return h(
    "div",
    { class: "keys keys--digits" },
    ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map(number),
    key(icon("x"), () => set(""), { "aria-label": t("Clear") }),
    number(0),
    key(icon("arrow-left", true), () => set(digits.slice(0, -1)), { "aria-label": t("Delete the last digit") }),
  );
}

/**
 * Digits of a date. What they mean is the business of whoever asks.
 *
 * @param {{digit: (one: string) => void, erase: () => void, clear: () => void}} act
 * @returns {HTMLElement}
 */
export function dateKeys(act) {
  const sign = (/** @type {string} */ one) => key(one, () => act.digit(one));
  return h(
    "div",
    { class: "keys keys--digits keys--phone", dir: "ltr" },
    ...["1", "2", "3", "4", "5", "6", "7", "8", "9"].map(sign),
    key(icon("x"), act.clear, { "aria-label": t("Clear") }),
    sign("0"),
    key(icon("arrow-left"), act.erase, { "aria-label": t("Delete the last digit") }),
  );
}
