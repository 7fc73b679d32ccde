/** The door: codes from a scanner, the camera or a hand, one after the other, with a network or without. */
import { setText } from "../dom.js";
import { language, t, tn } from "../i18n.js";
import { send } from "../send.js";
import { canSee, look } from "./camera.js";
import { isSigned, judged, partsOf } from "./codes.js";
import { Kept } from "./kept.js";
import { sound, wake } from "./sound.js";

const FRESH_LIST_MS = 60_000;
const TRY_AGAIN_MS = 5_000;

/** @typedef {import("./codes.js").DoorAnswer} DoorAnswer */
/** @typedef {{answer: DoorAnswer, words: string, seat: string | null, holder: string | null, came_at: string | null}} Looked */

const config = JSON.parse(document.getElementById("config")?.textContent ?? "{}");
const path = `/performances/${config.performance_id}`;
const kept = new Kept(config.performance_id);
const field = /** @type {HTMLInputElement} */ (document.getElementById("code"));
const panel = /** @type {HTMLElement} */ (document.getElementById("answer"));

/** Codes are looked at one at a time, in the order in which they came. */
let turn = Promise.resolve();
/** What came back from the server about earlier scans, said until the next list. */
let merged = "";

document.getElementById("scan")?.addEventListener("submit", (event) => {
  event.preventDefault();
  take(field.value);
  field.value = "";
  field.focus();
});
// A handheld scanner types wherever the page is: its letters belong into the field.
document.addEventListener("keydown", (event) => {
  wake();
  const typing = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  if (typing && !(event.target instanceof HTMLElement && event.target.closest("input, button, summary, a, select"))) field.focus();
});
document.addEventListener("pointerdown", wake);
startCamera();
refresh();
setInterval(refresh, FRESH_LIST_MS);
setInterval(() => kept.scans.length && merge(), TRY_AGAIN_MS);
globalThis.addEventListener("online", refresh);

/** @param {string} text */
function take(text) {
  const code = text.trim();
  if (code) turn = turn.then(() => looked(code)).then(show, () => {});
}

/** @param {string} code @returns {Promise<Looked>} */
async function looked(code) {
  const at = new Date().toISOString();
  const parts = partsOf(code);
  // What the server has not heard of yet comes first: it would let the same person in twice.
  if (kept.scans.length === 0) {
    const answer = await send("POST", `${path}/door`, { body: { code } });
    if (answer.ok) {
      if (parts && answer.data.answer === "yes") kept.came(parts, at);
      return answer.data;
    }
    if (answer.code !== "offline") return { answer: "unknown", words: answer.detail, seat: null, holder: null, came_at: null };
  }
  const said = judged(parts, config.performance_id, kept.list, parts ? await isSigned(parts, kept.keys) : false);
  const known = parts && said !== "wrong_performance" ? kept.list.get(parts.serial) : undefined;
  const answer = { answer: said, words: wordsOf(said), seat: known?.seat ?? null, holder: null, came_at: said === "yes" ? null : (known?.came_at ?? null) };
  if (said === "yes" && parts) {
    kept.came(parts, at);
    kept.owe({ code, at });
  }
  return answer;
}

/** @param {DoorAnswer} answer */
function wordsOf(answer) {
  if (answer === "yes") return t("Welcome");
  if (answer === "already_in") return t("Somebody came in by this code already");
  if (answer === "wrong_performance") return t("This is for another performance");
  if (answer === "void") return t("This code is void: the seat was handed on or given back");
  return t("This code is not on the list of this device");
}

/** @param {Looked} looked */
function show(looked) {
  panel.dataset.answer = looked.answer;
  setText(panel.querySelector('[data-f="words"]'), looked.words);
  setText(panel.querySelector('[data-f="seat"]'), looked.seat ?? "");
  const came = looked.came_at && t("came in at %(time)s", { time: clock(looked.came_at) });
  setText(panel.querySelector('[data-f="more"]'), [looked.holder, came].filter(Boolean).join(" · "));
  sound(looked.answer === "yes");
  count();
}

/** Tell the server what it has not heard of, then take a fresh list. */
async function refresh() {
  if (kept.scans.length) await merge();
  const [list, keys] = await Promise.all([send("GET", `${path}/door-list`), send("GET", "/door-keys")]);
  if (list.ok && keys.ok) kept.take(list.data, keys.data);
  count(list.ok);
}

let merging = false;

async function merge() {
  if (merging) return;
  merging = true;
  const scans = kept.next();
  const answer = await send("POST", `${path}/door-merge`, { body: { scans } });
  if (answer.ok) {
    const twice = answer.data.filter((/** @type {Looked} */ one) => one.answer !== "yes").length;
    merged = twice ? tn("%(n)s scan was no good in the end: that person had come in elsewhere.", "%(n)s scans were no good in the end: those people had come in elsewhere.", twice) : "";
    kept.told(scans.length);
  }
  merging = false;
  count(answer.ok);
}

/** @param {boolean} [online] */
function count(online) {
  const stubs = [...kept.list.values()].filter((stub) => stub.state === "valid");
  if (stubs.length) {
    setText(document.getElementById("came"), stubs.filter((stub) => stub.came_at).length);
    setText(document.getElementById("expected"), stubs.length);
  }
  const owed = kept.scans.length;
  const said = owed
    ? tn("No network: %(n)s scan is kept on this device and told later.", "No network: %(n)s scans are kept on this device and told later.", owed)
    : online === false
      ? t("No network: the list on this device is used.")
      : tn("This device has the list of %(n)s seat, for when the network is gone.", "This device has the list of %(n)s seats, for when the network is gone.", stubs.length);
  setText(document.getElementById("list-words"), [said, merged].filter(Boolean).join(" "));
}

/** @param {string} at */
function clock(at) {
  return new Intl.DateTimeFormat(`${language}-u-nu-latn`, { timeStyle: "short", timeZone: config.zone }).format(new Date(at));
}

function startCamera() {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById("camera"));
  const view = /** @type {HTMLVideoElement} */ (document.getElementById("view"));
  if (!canSee()) return;
  /** @type {(() => void) | null} */
  let stop = null;
  button.hidden = false;
  button.addEventListener("click", async () => {
    wake();
    if (stop) stop();
    const seeing = stop ? null : await look(view, take).catch(() => null);
    if (!stop && !seeing) setText(document.getElementById("list-words"), t("The camera can't be used. Please scan or type the code."));
    stop = seeing;
    view.hidden = !stop;
    button.setAttribute("aria-pressed", String(Boolean(stop)));
  });
}
