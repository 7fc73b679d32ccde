/** The guest's ticket: the number, how long, where, and the way to carry on by phone. */
import { h, icon, ticketCode } from "../dom.js";
import { t } from "../i18n.js";
import { peopleAhead, waitWords } from "./words.js";

/**
 * @param {any} ticket as the server gave it
 * @param {object} how
 * @param {boolean} how.prints a paper ticket comes out
 * @param {boolean} how.faulty it should, and the printer is out of order
 * @param {string} how.where the department to wait in, or ""
 * @param {string} [how.told] how the guest will be told, or ""
 * @returns {HTMLElement}
 */
export function resultCard(ticket, { prints, faulty, where, told }) {
  const place = ticket.state === "called" ? called(ticket.desk) : waiting(ticket, where);
  return h(
    "div",
    { class: faulty || !prints ? "result result--phone" : "result" },
    h("div", { class: "result__slip" }, h("p", { class: "result__queue" }, h("bdi", {}, ticket.queue.name)), ticketCode(ticket.code, "hero"), h("div", { class: "result__place" }, ...place)),
    h("div", { class: "result__next" }, paperWords(prints, faulty), told ? h("p", { class: "result__told" }, icon("bell-ring"), h("span", {}, told)) : null, qrCode(ticket)),
  );
}

/** @param {any} ticket @param {string} where */
function waiting(ticket, where) {
  return [
    h("p", { class: "result__ahead" }, peopleAhead(ticket.ahead ?? 0)),
    h("p", { class: "result__wait" }, waitWords(ticket.estimate)),
    h("p", { class: "result__where" }, icon("tv"), h("span", {}, where ? t("Please wait at %(place)s. Your number appears on the screen.", { place: where }) : t("Please take a seat. Your number appears on the screen."))),
  ];
}

/** A queue that calls by itself may call at once. @param {{name: string} | null} desk */
function called(desk) {
  const where = desk ? t("Please go to %(desk)s.", { desk: desk.name }) : "";
  return [h("p", { class: "result__ahead" }, t("It's your turn.")), h("p", { class: "result__wait" }, where)];
}

/** @param {boolean} prints @param {boolean} faulty */
function paperWords(prints, faulty) {
  if (faulty) return h("p", { class: "result__paper result__paper--fault" }, icon("printer"), h("span", {}, t("The printer is out of order. Please remember your number, or take it along with your phone.")));
  if (!prints) return h("p", { class: "result__paper" }, icon("eye"), h("span", {}, t("Please remember your number.")));
  return h("p", { class: "result__paper" }, icon("printer"), h("span", {}, t("Please take your ticket below.")));
}

/** @param {any} ticket */
function qrCode(ticket) {
  return h(
    "div",
    { class: "result__qr" },
    h("img", { class: "result__code", src: qrUrl(ticket), alt: t("QR code that leads to the page of your ticket"), width: 300, height: 300 }),
    h("div", { class: "result__link" }, h("p", { class: "result__scan" }, icon("smartphone"), h("span", {}, t("Follow your place with your phone"))), h("p", { class: "result__address", dir: "ltr" }, shortAddress(ticket))),
  );
}

/** @param {any} ticket */
export function qrUrl(ticket) {
  return `/t/${encodeURIComponent(ticket.key)}/qr.svg`;
}

/** The page's address as it is typed: without the "https://" that every browser knows. @param {any} ticket */
export function shortAddress(ticket) {
  return new URL(ticket.links.page, location.href).href.replace(/^https?:\/\//, "");
}
