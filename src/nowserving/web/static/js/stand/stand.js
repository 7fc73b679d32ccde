/** The host's stand, live. Without this module every verb still works, as a plain form. */
import { linkWatcher } from "../connection.js";
import { announce } from "../dom.js";
import { t } from "../i18n.js";
import { follow } from "../live.js";
import { ignoreSecondTaps } from "../second_tap.js";
import { playSoftly, wakeSound } from "../soft_sound.js";
import { tameDialogs } from "../desk/ask.js";
import { listenToForms } from "../desk/forms.js";
import { settings } from "../desk/settings.js";
import { offerAdding } from "./add.js";
import { choose, listenToKeys } from "./keyboard.js";
import { paint, tick } from "./paint.js";
import { partyName, whoLeft } from "./rows.js";
import { clockTime } from "../time.js";
import { toast } from "../toast.js";
import { add, run } from "./verbs.js";

const config = JSON.parse(document.getElementById("config")?.textContent ?? "{}");
/** @type {import("./verbs.js").Stand} */
const stand = { queueId: config.queue_id, state: config.state };
const title = document.title.replace(/^\(\d+\) /, "");
/** @type {any} the document that was shown last; null until the line speaks */
let shown = null;

const wishes = settings(config.keyboard);
const adding = offerAdding((body) => add(stand, body), () => stand.state);
ignoreSecondTaps();
tameDialogs();
listenToForms(submitted, command);
listenToKeys({ isOn: () => wishes.keyboard, run: command });
const topic = `stand:${config.queue_id}`;
// Signed out, no longer allowed here, or the stand is gone: the server's own page says which.
follow([topic], { onState: show, onLink: linkWatcher(), onRefused: () => shown && location.reload() });
setInterval(() => tick(stand.state), 1000);
addEventListener("pointerdown", () => void wakeSound(), { once: true });
addEventListener("keydown", () => void wakeSound(), { once: true });

watchForm();

/** The button at the foot of a phone leads to the form, so it is away while the form is in sight. */
function watchForm() {
  const button = /** @type {HTMLElement} */ (document.querySelector(".stand__add"));
  const form = /** @type {HTMLElement} */ (document.getElementById("add"));
  new IntersectionObserver(([seen]) => button.classList.toggle("is-away", seen.isIntersecting)).observe(form);
}

/** @param {string} _topic @param {any} state */
function show(_topic, state) {
  if (!state.queue) return;
  stand.state = state;
  const focused = focusedParty();
  paint(state);
  document.title = state.waiting_count ? `(${state.waiting_count}) ${title}` : title;
  keepFocus(focused);
  if (shown) tell(shown, state);
  shown = state;
}

/** The party that the keyboard is at, and where in its list. */
function focusedParty() {
  const party = document.activeElement?.closest(".party");
  return party && { party, list: party.parentElement, at: [...(party.parentElement?.children ?? [])].indexOf(party) };
}

/** Who acted on a party that is gone from its list goes on from the one that stands there now. @param {ReturnType<typeof focusedParty>} focused */
function keepFocus(focused) {
  if (!focused || focused.party.isConnected) return;
  const { list, at } = focused;
  const next = /** @type {HTMLElement | undefined} */ (list?.children[Math.min(at, list.children.length - 1)]);
  next?.focus({ preventScroll: true });
}

/** What guests did by themselves is said aloud, softly. @param {any} before @param {any} after */
function tell(before, after) {
  if (before.waiting_count === 0 && after.waiting_count > 0 && wishes.sound) playSoftly();
  const said = new Map([...before.called, ...before.waiting].map((row) => [row.key, row.coming_at]));
  const fresh = [...after.called, ...after.waiting].find((row) => row.coming_at && said.get(row.key) !== row.coming_at);
  if (fresh?.promised) announce(t("%(party)s needs time and will be here by %(time)s.", { party: partyName(fresh), time: clockTime(fresh.coming_at, config.zone) }));
  else if (fresh) announce(t("%(party)s is on the way.", { party: partyName(fresh) }));
  const missed = new Set(before.missed.map((/** @type {any} */ row) => row.key));
  const late = after.missed.find((/** @type {any} */ row) => !missed.has(row.key));
  if (late) announce(t("%(party)s did not come.", { party: partyName(late) }));
  const gone = whoLeft(before, after);
  if (gone) toast(t("%(ticket)s has left the queue.", { ticket: partyName(gone) }), { seconds: 8 });
}

/** @param {string} verb @param {string | undefined} key @param {HTMLFormElement} [form] */
function submitted(verb, key, form) {
  const given = form ? Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)])) : {};
  if (verb === "tell" && !given.text?.trim()) return;
  void run(stand, verb, key, given);
  if (verb === "tell") form?.reset();
}

/** @param {string | number} wish @param {HTMLElement | null} [party] */
function command(wish, party = null) {
  if (typeof wish === "number") return adding.choose(wish);
  if (wish === "add") return adding.begin();
  if (wish === "help") return /** @type {HTMLDialogElement} */ (document.getElementById("help")).showModal();
  if (wish === "down" || wish === "up") return choose(party, wish === "down" ? 1 : -1);
  if (wish === "late" || wish === "message") return openMenu(wish === "late" ? "late-menu" : "tell-menu");
  void run(stand, wish, party?.dataset.key);
}

/** @param {string} id */
function openMenu(id) {
  const menu = /** @type {HTMLDetailsElement} */ (document.getElementById(id));
  menu.open = true;
  /** @type {HTMLElement | null} */ (menu.querySelector("textarea, button"))?.focus();
}
