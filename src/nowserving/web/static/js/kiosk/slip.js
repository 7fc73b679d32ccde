/** The paper ticket: made beside the screen, seen only by the printer. It bears no name. */
import { h, ticketCode } from "../dom.js";
import { locale, t } from "../i18n.js";
import { clockTime } from "../time.js";
import { qrUrl, shortAddress } from "./result.js";
import { peopleAhead, waitWords } from "./words.js";

/** What the printer can't reach at each side, and a little to tear off below. */
const TEAR_MM = 6;
const MM_PER_PX = 25.4 / 96;
const PATIENCE_MS = 3000;

/** The sheet that says how long the paper is. A style sheet made by script needs no inline style. */
const sheet = new CSSStyleSheet();

/**
 * Fill the slip with a ticket.
 *
 * @param {HTMLElement} slip
 * @param {any} ticket
 * @param {{organisation: string, branch: {name: string, time_zone: string}}} house
 */
export function fillSlip(slip, ticket, { organisation, branch }) {
  const atMs = Date.parse(ticket.joined_at);
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeZone: branch.time_zone }).format(atMs);
  slip.replaceChildren(
    h("p", { class: "slip__house" }, h("bdi", {}, organisation)),
    h("p", { class: "slip__branch" }, h("bdi", {}, branch.name)),
    h("p", { class: "slip__queue" }, h("bdi", {}, ticket.queue.name)),
    h("p", { class: "slip__code" }, ticketCode(ticket.code)),
    ...placeWords(ticket),
    h("img", { class: "slip__qr", src: qrUrl(ticket), alt: "" }),
    h("p", { class: "slip__scan" }, t("Follow your place with your phone")),
    h("p", { class: "slip__address", dir: "ltr" }, shortAddress(ticket)),
    h("p", { class: "slip__time" }, `${date} · ${clockTime(atMs * 1000, branch.time_zone)}`),
    h("p", { class: "slip__privacy" }, t("No personal data is printed here. Whoever has this code sees this place in the queue.")),
  );
}

/** @param {any} ticket @returns {HTMLElement[]} */
function placeWords({ state, desk, ahead, estimate }) {
  const called = [t("It's your turn."), ...(desk ? [t("Please go to %(desk)s.", { desk: desk.name })] : [])];
  const [first, ...more] = state === "called" ? called : [peopleAhead(ahead ?? 0), waitWords(estimate)];
  return [h("p", { class: "slip__place" }, first), ...more.map((words) => h("p", { class: "slip__wait" }, words))];
}

/**
 * Print the slip on paper of this width, as long as the slip is. Kiosk printing asks nobody.
 *
 * @param {HTMLElement} slip
 * @param {number} widthMm
 */
export async function printSlip(slip, widthMm) {
  slip.dataset.paper = String(widthMm);
  await drawn(slip);
  sheet.replaceSync(`@page { size: ${widthMm}mm ${lengthMm(slip)}mm; margin: 0; }`);
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  window.print();
}

/** Take the last guest's ticket out of the page. @param {HTMLElement} slip */
export function clearSlip(slip) {
  slip.replaceChildren();
}

/** Wait for the QR code, but not for ever: a slip without it is better than none. @param {HTMLElement} slip */
function drawn(slip) {
  const picture = slip.querySelector("img");
  const patience = new Promise((done) => setTimeout(done, PATIENCE_MS));
  return Promise.race([patience, picture ? picture.decode().catch(() => {}) : undefined]);
}

/** @param {HTMLElement} slip */
function lengthMm(slip) {
  // It takes part in the layout, out of sight, while it is measured.
  slip.classList.add("slip--measured");
  const length = Math.ceil(slip.getBoundingClientRect().height * MM_PER_PX) + TEAR_MM;
  slip.classList.remove("slip--measured");
  return length;
}
