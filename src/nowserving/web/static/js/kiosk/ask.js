/** The few questions of a queue that asks any: one a screen, each with a way back. */
import { h, icon } from "../dom.js";
import { t, tn } from "../i18n.js";
import { digitKeys, letterKeys } from "./keypad.js";
import { questionsOf } from "./offer.js";

/** Up to so many people are buttons; a larger party is typed. */
const PARTY_BUTTONS = 8;
const LONGEST_NAME = 60;

/**
 * Ask, one question after the other, and tell what was answered.
 *
 * @param {object} visit
 * @param {import("./offer.js").Offer} visit.offer
 * @param {boolean} visit.prioritised
 * @param {(screen: {title: string, lead: string, body: HTMLElement, back: () => void}) => void} visit.show
 * @param {() => void} visit.onBack
 * @param {(wishes: import("./tickets.js").Wishes) => void} visit.onDone
 */
export function ask({ offer, prioritised, show, onBack, onDone }) {
  const questions = questionsOf(offer, prioritised);
  /** @type {import("./tickets.js").Wishes} */
  const wishes = {};
  if (prioritised && offer.priorities.length === 1) wishes.priority = offer.priorities[0].code;
  const screens = { priority: askPriority, party: askParty, name: askName };

  /** @param {number} at */
  function step(at) {
    if (at >= questions.length) {
      onDone({ ...wishes });
      return;
    }
    const next = () => step(at + 1);
    const back = () => (at ? step(at - 1) : onBack());
    show({ ...screens[questions[at]](offer, wishes, next), back });
  }

  step(0);
}

/** @param {string} words @param {() => void} press @param {string} [kind] */
function choice(words, press, kind = "") {
  return h("button", { type: "button", class: `answer ${kind}`, onclick: press }, h("bdi", {}, words));
}

/** @type {(offer: import("./offer.js").Offer, wishes: any, next: () => void) => {title: string, lead: string, body: HTMLElement}} */
function askPriority(offer, wishes, next) {
  const take = (/** @type {string | undefined} */ code) => {
    if (code) wishes.priority = code;
    else delete wishes.priority;
    next();
  };
  const answers = offer.priorities.map((one) => choice(one.name, () => take(one.code)));
  const body = h("div", { class: "answers" }, ...answers, choice(t("None of these"), () => take(undefined), "answer--quiet"));
  return { title: t("Does one of these apply to you?"), lead: offer.name, body };
}

/** @type {(offer: import("./offer.js").Offer, wishes: any, next: () => void) => {title: string, lead: string, body: HTMLElement}} */
function askParty(offer, wishes, next) {
  const take = (/** @type {number} */ size) => {
    wishes.party_size = size;
    next();
  };
  const few = Array.from({ length: Math.min(offer.max_party, PARTY_BUTTONS) }, (_, at) => at + 1);
  const answers = few.map((size) => choice(String(size), () => take(size), "answer--number"));
  const body = h("div", { class: "answers answers--numbers" }, ...answers);
  const screen = { title: t("How many people are you?"), lead: offer.name, body };
  if (offer.max_party > PARTY_BUTTONS) {
    const more = () => body.replaceWith((screen.body = typedParty(offer, take)));
    body.append(choice(t("More"), more, "answer--wide"));
  }
  return screen;
}

/** @param {import("./offer.js").Offer} offer @param {(size: number) => void} take */
function typedParty(offer, take) {
  const shown = h("output", { class: "typed typed--number" }, "–");
  let size = 0;
  const go = goOn(() => take(size));
  go.disabled = true;
  const keys = digitKeys(offer.max_party, (value) => {
    size = value ?? 0;
    shown.textContent = value ? tn("%(n)s person", "%(n)s people", value) : "–";
    go.disabled = !value;
  });
  return h("div", { class: "typing" }, shown, keys, go);
}

/** @type {(offer: import("./offer.js").Offer, wishes: any, next: () => void) => {title: string, lead: string, body: HTMLElement}} */
function askName(offer, wishes, next) {
  // inputmode none: the keys are on our screen; autocomplete off: the last guest's name is nobody's business.
  const field = /** @type {HTMLInputElement} */ (
    h("input", { class: "typed", id: "name", dir: "auto", maxlength: LONGEST_NAME, inputmode: "none", autocomplete: "off", autocorrect: "off", spellcheck: "false", "aria-label": t("Your name"), value: wishes.name ?? "" })
  );
  const take = (/** @type {string} */ name) => {
    if (name) wishes.name = name;
    else delete wishes.name;
    next();
  };
  const go = goOn(() => take(field.value.trim()));
  const judge = () => (go.disabled = field.value.trim() === "");
  field.addEventListener("input", judge);
  judge();
  const form = h("form", { class: "typing", autocomplete: "off" }, field, letterKeys(field), h("div", { class: "typing__end" }, choice(t("Go on without a name"), () => take(""), "answer--quiet"), go));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take(field.value.trim());
  });
  return { title: t("What is your name?"), lead: t("So that we can call you by it. You may leave it out."), body: form };
}

/** @param {() => void} press */
function goOn(press) {
  const button = h("button", { type: "button", class: "button button--primary button--huge", onclick: press }, h("span", {}, t("Go on")), icon("arrow-right", true));
  return /** @type {HTMLButtonElement} */ (button);
}
