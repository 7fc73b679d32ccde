/** The agent's desk, live. Without this module every verb still works, as a plain form. */
import { linkWatcher } from "../connection.js";
import { announce } from "../dom.js";
import { follow } from "../live.js";
import { wakeSound } from "../soft_sound.js";
import { alertAgent, woke } from "./alert.js";
import { tameDialogs } from "./ask.js";
import { listenToForms } from "./forms.js";
import { listenToKeys } from "./keyboard.js";
import { noticeOf, numberRows, paint, showNotice, tick } from "./paint.js";
import { settings } from "./settings.js";
import { run } from "./verbs.js";

const config = JSON.parse(document.getElementById("console")?.textContent ?? "{}");
/** @type {import("./verbs.js").Desk} */
const desk = { deskId: config.desk_id, state: config.state };
/** @type {any} the document that was shown last; null until the line speaks */
let shown = null;
/** @type {number | null} the latest act that this page knows of */
let act = null;

const wishes = settings(config.keyboard);
tameDialogs();
listenToForms((verb, key) => void run(desk, verb, key), command);
const sift = listenToFind();
listenToKeys({ isOn: () => wishes.keyboard, run: command });
const topic = `desk:${config.desk_id}`;
// Signed out, no longer allowed here, or the desk is gone: the server's own page says which.
follow([topic], { onState: show, onLink: linkWatcher(), onRefused: () => shown && location.reload() });
setInterval(() => tick(desk.state), 1000);
addEventListener("pointerdown", () => void wakeSound(), { once: true });
addEventListener("keydown", () => void wakeSound(), { once: true });

/** @param {string} _topic @param {any} state */
function show(_topic, state) {
  if (!state.desk) return;
  desk.state = state;
  const before = document.activeElement;
  const called = state.current && state.current.key !== shown?.current?.key;
  paint(state, config);
  sift();
  keepFocus(before);
  // On a phone the list may be far below the ticket that was just called from it.
  if (shown && called) document.getElementById("now")?.scrollIntoView({ block: "nearest" });
  if (state.desk.state !== "closed" && woke(shown, state)) alertAgent(state, wishes);
  tell(state.act);
  shown = state;
}

/** Who pressed a button in a row that is gone now goes on from the one thing to do. @param {Element | null} before */
function keepFocus(before) {
  if (before && !before.isConnected) document.getElementById("call-next")?.focus({ preventScroll: true });
}

/** A notice about what somebody else did here; not about what was so when the page opened. @param {any} latest */
function tell(latest) {
  const n = latest?.n ?? 0;
  if (act !== null && n !== act) {
    const words = noticeOf(latest);
    showNotice(words);
    if (words) announce(words);
  }
  act = n;
}

/** @param {string | number} verb */
function command(verb) {
  if (typeof verb === "number") return callRow(verb);
  if (verb === "help") return /** @type {HTMLDialogElement} */ (document.getElementById("help")).showModal();
  if (verb === "find") return document.getElementById("find")?.focus();
  if (!isPossible(verb)) return;
  void run(desk, verb);
}

/** A key for a verb that is pale on the screen does nothing, like a press on it. @param {string} verb */
function isPossible(verb) {
  const control = document.querySelector(`#current [value="${verb}"], #current [data-ask="${verb}"]`);
  const current = desk.state.current;
  if (!control) return true;
  return Boolean(current) && (control.getAttribute("data-can") ?? "").split(" ").includes(current.state);
}

/** @param {number} n the row's number, from 1 */
function callRow(n) {
  const rows = [...document.querySelectorAll("#next > :not(.is-hidden)")];
  const key = /** @type {HTMLElement | undefined} */ (rows[n - 1])?.dataset.key;
  if (key) void run(desk, "call", key);
}

/** Find a ticket among those that are next; everybody else is found on the overview. Returns the sifting. */
function listenToFind() {
  const field = /** @type {HTMLInputElement} */ (document.getElementById("find"));
  /** @type {HTMLElement} */ (document.getElementById("search")).hidden = false;
  const sift = () => {
    const wanted = field.value.trim().toLowerCase();
    for (const row of document.querySelectorAll("#next > *")) {
      const words = row.querySelector(".guest__main")?.textContent?.toLowerCase() ?? "";
      row.classList.toggle("is-hidden", wanted !== "" && !words.includes(wanted));
    }
    numberRows();
  };
  field.addEventListener("input", sift);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") (field.value = ""), sift(), field.blur();
    if (event.key === "Enter") location.assign(`/overview/${config.branch_id}?find=${encodeURIComponent(field.value.trim())}`);
  });
  return sift;
}

