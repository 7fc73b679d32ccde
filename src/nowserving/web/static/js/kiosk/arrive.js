/** "Have an appointment?": by code, by a code that is scanned, or by name and date of birth. Nobody is ever listed. */
import { h, icon } from "../dom.js";
import { language, t } from "../i18n.js";
import { clockTime, serverNow } from "../time.js";
import { anew, dateOf, isNoDay, nothing, partsOf, shown, withDigit, withoutDigit } from "./birth.js";
import { checkIn, keyIn } from "./check_in.js";
import { countdown } from "./countdown.js";
import { codeKeys, dateKeys, letterKeys } from "./keypad.js";
import { notice } from "./notice.js";

const CODE_LENGTH = 6;
const SORRY_S = 20;

/** @typedef {import("./kiosk.js").Kiosk} Kiosk */

/** Ask for the code; the way to name and birth date stands below, where a service asks for them. @param {Kiosk} kiosk */
export function askCode(kiosk) {
  const { config } = kiosk.parts;
  // A field, so that a keyboard and a scanner that acts as one can type into it.
  const field = /** @type {HTMLInputElement} */ (
    h("input", { class: "typed typed--code", dir: "ltr", inputmode: "none", autocomplete: "off", spellcheck: "false", maxlength: 400, "aria-label": t("Code of your appointment"), placeholder: "– – – – – –" })
  );
  const go = goOn(() => send());
  const judge = () => (go.disabled = !ready(field.value));
  const send = () => ready(field.value) && void present(kiosk, wishOf(field.value));
  field.addEventListener("input", judge);
  judge();
  const other = config.reservations?.by_birth_date && h("button", { type: "button", class: "answer answer--quiet", onclick: () => askName(kiosk) }, t("I have no code here"));
  const form = h("form", { class: "typing", autocomplete: "off" }, field, codeKeys(field, CODE_LENGTH), h("div", { class: "typing__end" }, other || h("span", {}), go));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  const lead = t("The code stands in your confirmation. You may also hold its QR code to the scanner.");
  kiosk.go(() => kiosk.view.show({ name: "arrive", title: t("What is your code?"), lead, body: form, back: () => kiosk.start() }), false);
}

/** @param {Kiosk} kiosk */
function askName(kiosk) {
  const field = /** @type {HTMLInputElement} */ (
    h("input", { class: "typed", dir: "auto", maxlength: 60, inputmode: "none", autocomplete: "off", autocorrect: "off", spellcheck: "false", "aria-label": t("Your name") })
  );
  const next = () => field.value.trim() && askBirth(kiosk, field.value.trim());
  const go = goOn(next);
  const judge = () => (go.disabled = field.value.trim() === "");
  field.addEventListener("input", judge);
  judge();
  const form = h("form", { class: "typing", autocomplete: "off" }, field, letterKeys(field), h("div", { class: "typing__end" }, h("span", {}), go));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    next();
  });
  kiosk.go(() => kiosk.view.show({ name: "arrive-name", title: t("What is your name?"), lead: t("As you gave it when you booked."), body: form, back: () => askCode(kiosk) }), false);
}

/** Day, month and year, one after the other: no order of numbers can be mistaken. @param {Kiosk} kiosk @param {string} name */
function askBirth(kiosk, name) {
  const parts = partsOf(new Date(serverNow()).getFullYear());
  let typed = nothing();
  const set = (/** @type {import("./birth.js").Typed} */ wanted) => {
    typed = wanted;
    draw();
  };
  const fields = [t("Day"), t("Month"), t("Year")].map((label, place) =>
    h("button", { type: "button", class: "typed typed--part", onclick: () => set(anew(typed, place)) }, h("span", { class: "typed__label" }, label), h("output", { dir: "ltr" }, "")),
  );
  const wrong = h("p", { class: "typing__wrong", role: "alert" });
  const keys = dateKeys({ digit: (one) => set(withDigit(parts, typed, one)), erase: () => set(withoutDigit(typed)), clear: () => set(nothing()) });
  const go = goOn(() => present(kiosk, { name, birth_date: dateOf(typed) }));

  function draw() {
    fields.forEach((field, place) => {
      field.toggleAttribute("data-current", place === typed.at);
      /** @type {Element} */ (field.lastElementChild).textContent = shown(parts[place], typed.texts[place]);
    });
    wrong.textContent = isNoDay(typed) ? t("There is no such day. Please look again.") : "";
    go.disabled = !dateOf(typed);
  }

  draw();
  const body = h("div", { class: "typing typing--date" }, h("div", { class: "typed-row" }, ...fields), wrong, keys, h("div", { class: "typing__end" }, h("span", {}), go));
  const lead = t("Only to find your appointment. For the third, type 03.");
  kiosk.go(() => kiosk.view.show({ name: "arrive-birth", title: t("When were you born?"), lead, body, back: () => askName(kiosk) }), false);
}

/** Say who is here, and show what comes of it. @param {Kiosk} kiosk @param {import("./check_in.js").Wish} wish */
export async function present(kiosk, wish) {
  if (kiosk.joining) return;
  kiosk.joining = true;
  kiosk.atHome = false;
  kiosk.view.busy(kiosk.view.stage);
  const answer = await checkIn({ ...wish, language });
  kiosk.joining = false;
  kiosk.view.busy(null);
  if (answer.kind === "unpaired") kiosk.parts.onUnpaired();
  else if (answer.kind === "arrived") arrived(kiosk, answer);
  else if (answer.kind === "early") early(kiosk, answer.from_at, answer.start_at);
  else if (answer.kind === "away") kiosk.sorry(t("No tickets can be given here just now."));
  else refused(kiosk, answer.code);
}

/** @param {Kiosk} kiosk @param {{ticket: any, start_at: number, late: boolean, again: boolean}} answer */
function arrived(kiosk, { ticket, start_at: startAt, late, again }) {
  const time = clockTime(startAt, kiosk.parts.config.branch.time_zone);
  const words = late ? t("Your time was %(time)s. You are late, so you wait like somebody who just came.", { time }) : t("Welcome. Your time is %(time)s.", { time });
  // Whoever has reserved has said how to be told, and is not asked again.
  const { department_id } = kiosk.state?.queues?.[ticket.queue.id] ?? {};
  kiosk.give(ticket, { department_id }, again ? t("You are checked in already. This is your number.") : words);
}

/** @param {Kiosk} kiosk @param {number} fromAt @param {number} startAt */
function early(kiosk, fromAt, startAt) {
  const zone = kiosk.parts.config.branch.time_zone;
  kiosk.ring = countdown(SORRY_S, () => kiosk.start());
  const lead = t("Your time is %(time)s.", { time: whenWords(startAt, zone) });
  const words = t("Please come back at %(time)s and check in then.", { time: whenWords(fromAt, zone) });
  kiosk.go(() => kiosk.view.show({ name: "early", title: t("You are early"), lead, body: notice("clock", words, kiosk.ringKeys()) }), false);
}

/** The time, and the day where it is another one. @param {number} at @param {string} zone */
function whenWords(at, zone) {
  const day = (/** @type {number} */ us) => new Intl.DateTimeFormat(language, { timeZone: zone, weekday: "long", day: "numeric", month: "long" }).format(us / 1000);
  const time = clockTime(at, zone);
  return day(at) === day(serverNow() * 1000) ? time : `${day(at)}, ${time}`;
}

/** @param {Kiosk} kiosk @param {string} code */
function refused(kiosk, code) {
  const again = code === "unknown_reservation";
  kiosk.ring = countdown(SORRY_S, () => kiosk.start());
  const retry = h("button", { type: "button", class: "button button--huge", onclick: () => tryAgain(kiosk) }, icon("rotate-ccw"), h("span", {}, t("Try again")));
  const title = again ? t("We can't find it") : t("Please see a member of staff");
  kiosk.go(() => kiosk.view.show({ name: "sorry", title, lead: "", body: notice("circle-alert", refusedWords(code), again && retry, kiosk.ringKeys()) }), false);
}

/** @param {Kiosk} kiosk */
function tryAgain(kiosk) {
  kiosk.ring?.stop();
  kiosk.ring = null;
  askCode(kiosk);
}

/** @param {string} code */
function refusedWords(code) {
  if (code === "unknown_reservation") return t("Nothing is booked here today under this. Please look at your confirmation again, or see a member of staff.");
  if (code === "too_many") return t("That was tried too often. Please see a member of staff.");
  if (code === "missed") return t("Your time has passed, and we did not expect you any more. A member of staff can let you in.");
  if (code === "not_confirmed_yet") return t("Your appointment is not confirmed yet.");
  if (code === "cancelled") return t("This appointment was cancelled.");
  return t("That did not work. Please see a member of staff.");
}

/** Listen for a scanner on any screen where nobody types: quick letters, then Enter. @param {Kiosk} kiosk */
export function listenToScanner(kiosk) {
  let typed = "";
  let last = 0;
  document.addEventListener("keydown", (event) => {
    if (event.target instanceof HTMLInputElement || !kiosk.atHome) return;
    const now = performance.now();
    if (now - last > 300) typed = "";
    last = now;
    if (event.key.length === 1) typed += event.key;
    else if (event.key === "Enter" && keyIn(typed)) {
      event.preventDefault();
      void present(kiosk, wishOf(typed));
      typed = "";
    }
  });
}

/** What was typed or scanned: the key in a link, or else a code. @param {string} text @returns {import("./check_in.js").Wish} */
export function wishOf(text) {
  const key = keyIn(text);
  return key ? { key } : { code: text.trim() };
}

/** @param {string} text */
export function ready(text) {
  return keyIn(text) !== "" || text.replace(/[\s-]/g, "").length === CODE_LENGTH;
}

/** @param {() => void} press */
function goOn(press) {
  const button = h("button", { type: "button", class: "button button--primary button--huge", onclick: press }, h("span", {}, t("Go on")), icon("arrow-right", true));
  return /** @type {HTMLButtonElement} */ (button);
}
