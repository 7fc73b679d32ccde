/** What is chosen so far: each seat by its name, to be put back by a press, what it comes to, and the way on. */
import { h, icon } from "../dom.js";
import { locale, t, tn } from "../i18n.js";

/** @typedef {{text?: string | null, amount_minor?: number | null, currency?: string | null}} Price */

/** A price in words. @param {Price | undefined} price @returns {string} */
export function priceWords(price) {
  if (price?.amount_minor === null || price?.amount_minor === undefined || !price.currency) return price?.text ?? "";
  const format = new Intl.NumberFormat(locale, { style: "currency", currency: price.currency });
  return format.format(price.amount_minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

/** What prices come to, where all are amounts of one currency; else nothing is said. @param {(Price | undefined)[]} prices @returns {string} */
export function sumWords(prices) {
  const currency = prices[0]?.currency;
  if (!currency || prices.some((price) => price?.currency !== currency || typeof price?.amount_minor !== "number")) return "";
  return priceWords({ amount_minor: prices.reduce((sum, price) => sum + (price?.amount_minor ?? 0), 0), currency });
}

export class Tray {
  /** @param {string} form the id of the form that is sent @param {(place: number) => void} onBack */
  constructor(form, onBack) {
    this._onBack = onBack;
    this._words = h("p", { class: "seat-tray__sum" });
    this._list = h("ul", { class: "seat-tray__seats" });
    this.element = h(
      "div",
      { class: "seat-tray", hidden: true },
      h("div", { class: "seat-tray__chosen" }, this._words, this._list),
      h("button", { class: "button button--primary button--large", form }, icon("check"), h("span", {}, t("Take these seats"))),
    );
  }

  /** @param {{place: number, name: string}[]} seats @param {string} sum */
  show(seats, sum) {
    this.element.hidden = !seats.length;
    this._words.textContent = [tn("%(n)s seat chosen", "%(n)s seats chosen", seats.length), sum].filter(Boolean).join(" · ");
    this._list.replaceChildren(
      ...seats.map(({ place, name }) =>
        h("li", {}, h("button", { type: "button", class: "seat-tray__seat", "aria-label": t("Put %(seat)s back", { seat: name }), onclick: () => this._onBack(place) }, h("bdi", {}, name), icon("x"))),
      ),
    );
  }
}
