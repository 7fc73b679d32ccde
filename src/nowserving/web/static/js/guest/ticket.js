/** The guest's page, live. Without this module the page reads itself afresh now and then. */
import { linkWatcher } from "../connection.js";
import { announce, setText } from "../dom.js";
import { t, tn } from "../i18n.js";
import { follow } from "../live.js";
import { tameMenus } from "../menu.js";
import { send } from "../send.js";
import { clockTime, keepTimesFresh, serverNow, waitingRange } from "../time.js";
import { toast } from "../toast.js";
import { estimate, whyLonger } from "./estimate.js";
import { afterLine, placeOf } from "./place.js";
import { offerShare } from "./share.js";
import { canSound, offerAlert, tellTurn } from "./turn.js";

const FINAL = new Set(["done", "no_show", "left", "cancelled"]);
const LEAVABLE = new Set(["waiting", "called", "parked"]);
const UNDO_US = 60 * 1e6;
/** A missed guest may be put back in line: then we look again, now and then. */
const LOOK_AGAIN_MS = 20_000;

const config = JSON.parse(document.getElementById("ticket")?.textContent ?? "{}");
let state = config.state;
let pace = config.pace;
let place = placeOf(state);
/** @type {import("./estimate.js").Seen | null} */
let seen = null;
/** @type {{stop: () => void} | null} */
let line = null;
/** @type {string | null} the queue that is followed */
let followed = null;
let lookAgain = 0;

tameMenus();
keepTimesFresh();
offerAlert(byId("alert-me"));
offerShare(byId("share"), byId("copy"));
listenToForms();
paint();
listen();

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {string} name */
function fields(name) {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`[data-f="${name}"]`)]);
}

/** @param {string} name @param {string} words */
function say(name, words) {
  for (const field of fields(name)) setText(field, words);
}

/** @param {string} name @param {boolean} is */
function show(name, is) {
  for (const field of fields(name)) field.hidden = !is;
}

/** Follow this ticket and the line of the queue it is in now; a transfer leads to another line. */
function listen() {
  clearTimeout(lookAgain);
  if (FINAL.has(state.state)) {
    const undoableMs = (state.since_at + UNDO_US) / 1000 - serverNow();
    if (!(undoableMs > 0)) return rest();
    lookAgain = window.setTimeout(listen, undoableMs);
  }
  if (followed === state.queue.id) return;
  line?.stop();
  followed = state.queue.id;
  const topics = [`ticket:${config.key}`, `line:${state.queue.id}`];
  line = follow(topics, { onState: takeState, onLine: takeLine, onLink: linkWatcher(), onRefused: () => void look() });
}

/** The end can't be taken back any more: no line is held for a page that lies open all day. */
function rest() {
  line?.stop();
  line = followed = null;
  if (state.state === "no_show") lookAgain = window.setTimeout(look, LOOK_AGAIN_MS);
}

/** @param {string} topic @param {any} news */
function takeState(topic, news) {
  if (topic.startsWith("line:")) {
    if (news.pace) pace = news.pace;
  } else if (news.state) {
    if (news.as_of < (place?.asOf ?? 0) && news.state === "waiting" && state.state === "waiting") return;
    state = news;
    place = placeOf(news);
  }
  paint();
  listen();
}

/** @param {string} _topic @param {any} news */
function takeLine(_topic, news) {
  if (place) place = afterLine(place, news);
  pace = news.pace;
  paint();
}

/** Read the ticket once: it has ended, or the line to it is lost. */
async function look() {
  clearTimeout(lookAgain);
  const answer = await send("GET", `/tickets/${config.key}`);
  if (answer.ok && answer.data.state !== state.state) location.reload();
  else if (FINAL.has(state.state)) listen();
}

function paint() {
  document.body.dataset.state = state.state;
  for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-when]"))) section.hidden = section.dataset.when !== state.state;
  say("queue", state.queue.name);
  say("desk", state.desk?.name ?? "");
  show("limit", state.state === "called" && state.deadline_at !== undefined);
  for (const time of fields("deadline")) time.dataset.at = String(state.deadline_at ?? "");
  show("hint", !FINAL.has(state.state));
  tint(state.state === "called");
  const turn = state.state === "called" ? `${t("Your turn")} · ` : "";
  document.title = `${turn}${state.code}`;
  document.querySelector('form[data-do="leave"]')?.toggleAttribute("hidden", !LEAVABLE.has(state.state));
  byId("alert-me").hidden = FINAL.has(state.state) || !canSound();
  paintLeft();
  paintWaiting();
  setText(byId("updated"), clockTime(serverNow() * 1000, byId("updated").dataset.zone));
  tellTurn(state);
}

/** The browser's own frame takes the colour of the call too. @param {boolean} isCalled */
function tint(isCalled) {
  for (const meta of /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll("meta[name=theme-color]"))) {
    meta.dataset.calm ??= meta.content;
    meta.content = isCalled ? "#ffc53d" : meta.dataset.calm;
  }
}

function paintLeft() {
  const until = state.since_at + UNDO_US;
  document.querySelector('form[data-do="undo-leave"]')?.toggleAttribute("hidden", state.state !== "left" || serverNow() * 1000 >= until);
  for (const time of fields("undo_left")) time.dataset.at = String(until);
}

function paintWaiting() {
  const waits = state.state === "waiting" && place !== null;
  const near = waits && place !== null && place.ahead + 1 <= (state.nearly_at ?? 0);
  document.body.toggleAttribute("data-near", near);
  if (!waits || !place) return;
  const words = place.ahead === 0 ? t("You are next") : tn("%(n)s person ahead of you", "%(n)s people ahead of you", place.ahead);
  if (fields("ahead")[0].textContent?.trim() !== words) {
    say("ahead", words);
    announce(words);
  }
  show("near", near);
  paintPeople(place.ahead);
  paintWait(place.ahead);
}

/** @param {number} ahead */
function paintPeople(ahead) {
  document.querySelectorAll(".people__one").forEach((dot, at) => /** @type {HTMLElement} */ (dot).toggleAttribute("hidden", at >= ahead));
  show("rest", ahead > config.dots);
}

/** @param {number} ahead */
function paintWait(ahead) {
  const range = estimate(ahead, pace);
  show("wait_line", range !== null);
  if (!range) return;
  say("wait", waitingRange(range.low_s, range.high_s));
  const now = { ahead, desks: pace.desks, high: range.high_s };
  const why = whyLonger(seen, now);
  if (why || (seen && now.high < seen.high)) {
    const words = { people: t("Somebody goes before you, so it takes a little longer."), desks: t("Fewer desks are open now, so it takes longer."), pace: t("It is taking longer than usual."), "": "" };
    say("why", words[why]);
    show("why", why !== "");
  }
  if (!seen || why || now.high < seen.high) seen = now;
}

function listenToForms() {
  document.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    const [method, path] = form.dataset.do === "leave" ? ["DELETE", ""] : ["POST", "/undo-leave"];
    const answer = await send(method, `/tickets/${config.key}${path}`);
    if (!answer.ok) return void toast(answer.detail);
    if (path) return location.reload();
    state = { ...state, state: "left", since_at: serverNow() * 1000 };
    place = null;
    paint();
    listen();
  });
}

// The way back closes after a minute, whatever else happens.
setInterval(() => state.state === "left" && paintLeft(), 1000);
