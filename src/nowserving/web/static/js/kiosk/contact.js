/** After the ticket: "Tell me when it is my turn", by text message or e-mail. What is typed is gone with the screen. */
import { h, icon } from "../dom.js";
import { language, t } from "../i18n.js";
import { leaveContact } from "./contact_sent.js";
import { addressKeys, phoneKeys } from "./keypad.js";

/**
 * @typedef {import("./kiosk.js").Kiosk} Kiosk
 * @typedef {object} Visit
 * @property {Kiosk} kiosk
 * @property {any} ticket
 * @property {string[]} roads by what the guest can be told
 * @property {(told: string) => void} done back to the ticket: with what was said of it, or without a word
 */

const LONGEST = { sms: 40, email: 254 };

/** Ask how to be told. @param {Visit} visit */
export function askContact(visit) {
  if (visit.roads.length === 1) typeIn(visit, visit.roads[0], () => visit.done(""));
  else visit.kiosk.go(() => choose(visit), false);
}

/** Why, and how long it is kept: said wherever it is asked for. */
function whyWords() {
  return t("Only for this visit: that you have joined, when it is nearly your turn, and your turn. Erased a day after it. You may leave this empty.");
}

/** @param {Visit} visit */
function choose(visit) {
  const words = /** @type {Record<string, string>} */ ({ sms: t("By text message"), email: t("By e-mail") });
  const back = () => visit.done("");
  const answers = visit.roads.map((road) => h("button", { type: "button", class: "answer", onclick: () => typeIn(visit, road, () => askContact(visit)) }, words[road]));
  const body = h("div", { class: "answers" }, ...answers, noThanks(visit));
  visit.kiosk.view.show({ name: "contact", title: t("Shall we tell you?"), lead: whyWords(), body, back });
}

/** @param {Visit} visit @param {string} road @param {() => void} back */
function typeIn(visit, road, back) {
  const { kiosk } = visit;
  let typed = "";
  const draw = () => {
    const phone = road === "sms";
    const title = phone ? t("What is your phone number?") : t("What is your e-mail address?");
    const body = form(visit, phone, title, typed, (text) => (typed = text));
    // A name for each way to type: the keys are another board.
    kiosk.view.show({ name: `contact-${road}`, title, lead: whyWords(), body, back });
  };
  kiosk.go(draw, false);
}

/** @param {Visit} visit @param {boolean} phone @param {string} title @param {string} typed @param {(text: string) => void} onTyped */
function form(visit, phone, title, typed, onTyped) {
  const longest = phone ? LONGEST.sms : LONGEST.email;
  // inputmode none: the keys are on our screen; autocomplete off: the last guest's number is nobody's business.
  const field = /** @type {HTMLInputElement} */ (
    h("input", { class: "typed", dir: "ltr", maxlength: longest, inputmode: "none", autocomplete: "off", autocorrect: "off", autocapitalize: "off", spellcheck: "false", "aria-label": title, "aria-describedby": "contact-wrong", value: typed })
  );
  const wrong = h("p", { class: "typing__wrong", id: "contact-wrong", role: "alert", hidden: true });
  const save = /** @type {HTMLButtonElement} */ (h("button", { class: "button button--primary button--huge" }, icon("check"), h("span", {}, t("Save"))));
  const say = (/** @type {string} */ words) => {
    wrong.textContent = words;
    wrong.hidden = !words;
    field.setAttribute("aria-invalid", String(Boolean(words)));
  };
  const judge = () => {
    onTyped(field.value);
    save.disabled = field.value.trim() === "";
    say("");
  };
  field.addEventListener("input", judge);
  judge();
  const keys = phone ? phoneKeys(field, longest) : addressKeys(field, longest);
  const made = h("form", { class: "typing", autocomplete: "off" }, field, wrong, keys, h("div", { class: "typing__end" }, noThanks(visit), save));
  made.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (save.disabled || visit.kiosk.joining) return;
    const answer = await leave(visit, phone ? { phone: field.value } : { email: field.value });
    // The guest may have gone meanwhile, and the form with them.
    if (!made.isConnected) return;
    if (answer.kind === "kept") visit.done(keptWords(answer.contact));
    else say((answer.kind === "refused" && answer.words) || t("That did not work. Please try again."));
  });
  return made;
}

/** @param {Visit} visit */
function noThanks({ done }) {
  return h("button", { type: "button", class: "answer answer--quiet", onclick: () => done("") }, t("No, thank you"));
}

/** @param {Visit} visit @param {{phone?: string, email?: string}} contact */
async function leave({ kiosk, ticket }, contact) {
  kiosk.joining = true;
  kiosk.view.busy(kiosk.view.stage);
  const answer = await leaveContact(ticket.key, contact, language);
  kiosk.joining = false;
  kiosk.view.busy(null);
  return answer;
}

/** What the guest reads of it: half of it, for others stand behind. @param {import("./contact_sent.js").Kept} contact */
function keptWords({ phone, email, stopped }) {
  if (stopped) return t("You asked us to stop, and get no messages. The page still shows your place.");
  return phone ? t("Text messages go to the number that ends in %(digits)s.", { digits: phone.slice(1) }) : t("E-mail goes to %(address)s.", { address: email ?? "" });
}
