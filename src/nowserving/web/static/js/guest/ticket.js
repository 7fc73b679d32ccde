/** The guest's page, live. Without this module the page reads itself afresh now and then. */
import { linkWatcher } from "../connection.js";
import { announce, setText } from "../dom.js";
import { t, tn } from "../i18n.js";
import { follow } from "../live.js";
import { tameMenus } from "../menu.js";
import { send } from "../send.js";
import { aboutRange, clockTime, duration, keepTimesFresh, learnServerTime, serverNow } from "../time.js";
import { listenToForms } from "./acts.js";
import { estimate, stillToCome, whyLonger } from "./estimate.js";
import { keepPage, offerInstall } from "./install.js";
import { keep, recall } from "./kept.js";
import { byId, fields, say, show, until } from "./page.js";
import { afterLine, placeOf } from "./place.js";
import { offerShare } from "./share.js";
import { offerSteppers } from "./stepper.js";
import { canSound, offerAlert, tellTurn } from "./turn.js";

const FINAL = new Set(["done", "no_show", "left", "cancelled"]);
const LEAVABLE = new Set(["waiting", "called", "parked"]);
const UNDO_US = 60 * 1e6;
/** A missed guest may be put back into the line as long as the day is; no page follows for longer. */
const REQUEUE_US = 12 * 3600 * 1e6;

const config = JSON.parse(document.getElementById("ticket")?.textContent ?? "{}");
// The worker says when it kept a page that it shows without a network.
const keptAt = Number(document.documentElement.dataset.kept ?? 0);
const asItCame = `<!doctype html>${document.documentElement.outerHTML}`;
const watchLink = linkWatcher();
let { state, line } = config;
let heardAt = Date.now();
if (keptAt) takeKept();
else learnServerTime(config.at);
let place = placeOf(state);
/** @type {import("./estimate.js").Seen | null} */
let seen = null;
/** @type {{stop: () => void} | null} */
let link = null;
/** @type {string | null} the queue that is followed */
let followed = null;
let lastWord = 0;

tameMenus();
keepTimesFresh();
offerAlert(byId("alert-me"));
offerShare(byId("share"), byId("copy"));
offerInstall(byId("install"));
offerSteppers();
listenToForms(config.key, { done: afterAct, refused: () => void look() });
paint();
listen();
if (keptAt) watchLink(false, heardAt);
else void keepPage(asItCame, heardAt);

/** Nothing came from the server: what this phone heard last is the best there is. */
function takeKept() {
  const last = recall(config.key);
  heardAt = keptAt;
  if (last && last.at > keptAt) ({ state, line, at: heardAt } = last);
}

/** Follow this ticket and the line of the queue it is in now; a transfer leads to another line. */
function listen() {
  clearTimeout(lastWord);
  if (FINAL.has(state.state)) {
    const back = state.since_at + (state.state === "no_show" ? REQUEUE_US : UNDO_US);
    const openMs = back / 1000 - serverNow();
    if (!(openMs > 0)) return rest();
    lastWord = window.setTimeout(listen, openMs);
  }
  if (followed === state.queue.id) return;
  link?.stop();
  followed = state.queue.id;
  const topics = [`ticket:${config.key}`, `line:${state.queue.id}`];
  link = follow(topics, { onState: takeState, onLine: takeLine, onLink: watchLink, onRefused: () => void look() });
}

/** The end can't be taken back any more: no line is held for a page that lies open all day. */
function rest() {
  link?.stop();
  link = followed = null;
  watchLink(true, heardAt);
}

/** @param {string} topic @param {any} news */
function takeState(topic, news) {
  if (topic.startsWith("line:")) {
    if (news.pace) line = news;
  } else if (news.state) {
    if (news.as_of < (place?.asOf ?? 0) && news.state === "waiting" && state.state === "waiting") return;
    state = news;
    place = placeOf(news);
  }
  heard();
  listen();
}

/** @param {string} _topic @param {any} news */
function takeLine(_topic, news) {
  if (place) place = afterLine(place, news);
  line = news;
  heard();
}

function heard() {
  heardAt = Date.now();
  keep(config.key, { state: place ? { ...state, ahead: place.ahead, as_of: place.asOf } : state, line });
  paint();
}

/** Read the ticket once: something was refused. */
async function look() {
  const answer = await send("GET", `/tickets/${config.key}`);
  if (answer.ok && answer.data.state !== state.state) location.reload();
  else if (FINAL.has(state.state)) rest();
}

/** What the server did; the rest comes by itself. @param {string} act */
function afterAct(act) {
  if (act === "undo-leave" || act === "rejoin") location.reload();
  if (act === "leave") {
    state = { ...state, state: "left", since_at: serverNow() * 1000 };
    place = null;
    paint();
    listen();
  }
}

function paint() {
  document.body.dataset.state = state.state;
  document.body.toggleAttribute("data-by-itself", Boolean(state.by_itself));
  for (const section of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-when]"))) section.hidden = section.dataset.when !== state.state;
  say("queue", state.queue.name);
  say("desk", state.desk?.name ?? "");
  paintCall();
  const final = FINAL.has(state.state);
  show("hint", !final);
  show("show", !final);
  show("tell", !final);
  show("feedback", state.state === "done");
  tint(state.state === "called");
  const turn = state.state === "called" ? `${t("Your turn")} · ` : "";
  document.title = `${turn}${state.code}`;
  document.querySelector('form[data-do="leave"]')?.toggleAttribute("hidden", !LEAVABLE.has(state.state));
  byId("alert-me").hidden = final || state.state === "serving" || !canSound();
  paintStay();
  paintEnds();
  paintWaiting();
  paintLine();
  setText(byId("updated"), clockTime(keptAt && heardAt <= Date.now() ? heardAt * 1000 : serverNow() * 1000, byId("updated").dataset.zone));
  tellTurn(state);
}

function paintCall() {
  const called = state.state === "called";
  const inTime = !(state.deadline_at <= serverNow() * 1000);
  show("at_desk", !state.by_itself);
  for (const name of ["desk", "to_desk"]) show(name, Boolean(state.desk));
  show("to_come", !state.desk);
  show("check_in", Boolean(state.by_itself));
  show("in_time", inTime);
  show("too_late", !inTime);
  show("limit", called && state.deadline_at !== undefined);
  until("deadline", state.deadline_at);
  show("coming", (state.state === "waiting" || called) && !state.coming_at);
  show("coming_said", Boolean(state.coming_at));
}

/** Where the house wishes it, whose time is over is told so, once aloud. */
function paintStay() {
  const isOver = Boolean(state.reminded_at);
  const words = fields("time_over")[0];
  if (isOver && words.hidden) announce(words.textContent?.trim() ?? "");
  show("time_over", isOver);
}

/** The browser's own frame takes the colour of the call too. @param {boolean} isCalled */
function tint(isCalled) {
  for (const meta of /** @type {NodeListOf<HTMLMetaElement>} */ (document.querySelectorAll("meta[name=theme-color]"))) {
    meta.dataset.calm ??= meta.content;
    meta.content = isCalled ? "#ffc53d" : meta.dataset.calm;
  }
}

/** The ways back, each open for its time. */
function paintEnds() {
  const leftUntil = state.since_at + UNDO_US;
  document.querySelector('form[data-do="undo-leave"]')?.toggleAttribute("hidden", state.state !== "left" || serverNow() * 1000 >= leftUntil);
  until("undo_left", leftUntil);
  const mayRejoin = state.state === "no_show" && state.rejoin_until_at > serverNow() * 1000;
  show("may_rejoin", mayRejoin);
  show("ask_staff", !mayRejoin);
  until("rejoin", state.rejoin_until_at);
}

function paintWaiting() {
  const waits = state.state === "waiting" && place !== null;
  const near = waits && place !== null && place.ahead + 1 <= (state.nearly_at ?? 0);
  document.body.toggleAttribute("data-near", near);
  const behind = waits && place ? (line.waiting ?? 0) - place.ahead - 1 : 0;
  show("postpone", behind > 0);
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[name=places]"))) button.hidden = Number(button.value) > behind;
  show("party", waits);
  say("party_size", tn("%(n)s person", "%(n)s people", state.party_size));
  if (!waits || !place) return;
  const words = aheadWords(place.ahead);
  if (fields("ahead")[0].textContent?.trim() !== words) {
    say("ahead", words);
    announce(words);
  }
  show("near", near);
  paintPeople(place.ahead);
  paintWait(place);
}

/** Where nobody presses "call next", parties wait, not people. @param {number} ahead */
function aheadWords(ahead) {
  if (ahead === 0) return t("You are next");
  if (state.by_itself) return tn("%(n)s party ahead of you", "%(n)s parties ahead of you", ahead);
  return tn("%(n)s person ahead of you", "%(n)s people ahead of you", ahead);
}

/** What staff told everybody, and how late it runs. */
function paintLine() {
  const told = line.told && line.told.until_at > serverNow() * 1000 ? line.told : null;
  show("told_box", told !== null && !FINAL.has(state.state));
  if (told) say("told", told.text);
  until("told_at", told?.at);
  show("late_box", Boolean(line.late_s) && state.state === "waiting");
  if (line.late_s) say("late", t("This queue is running about %(time)s late.", { time: duration(line.late_s) }));
}

/** @param {number} ahead */
function paintPeople(ahead) {
  document.querySelectorAll(".people__one").forEach((dot, at) => /** @type {HTMLElement} */ (dot).toggleAttribute("hidden", at >= ahead));
  show("rest", ahead > config.dots);
}

/** A place counts who is here; the wait counts reservations still to come as well. @param {import("./place.js").Place} own */
function paintWait({ ahead, rank }) {
  const pace = line.pace;
  const at = serverNow() * 1000;
  const { many } = stillToCome(ahead, pace, rank, at);
  show("to_come", many > 0);
  if (many) say("to_come", tn("%(n)s reservation may go before you", "%(n)s reservations may go before you", many));
  const range = estimate(ahead, pace, rank, at);
  show("wait_line", range !== null);
  if (!range) return;
  say("wait", aboutRange(range.low_s, range.high_s));
  const now = { ahead, desks: pace.desks, high: range.high_s, late: pace.late_s, queue: state.queue.id };
  const why = whyLonger(seen, now);
  const elsewhere = seen !== null && seen.queue !== now.queue;
  if (why || elsewhere || (seen && now.high < seen.high)) {
    const words = { people: t("Somebody goes before you, so it takes a little longer."), desks: t("Fewer desks are open now, so it takes longer."), pace: t("It is taking longer than usual."), late: "", "": "" };
    say("why", words[why]);
    // That staff run late stands in a box of its own.
    show("why", words[why] !== "");
  }
  if (!seen || why || elsewhere || now.high < seen.high) seen = now;
}

// A way back closes at its time and a call lapses at its deadline, whatever else happens.
setInterval(() => {
  if (state.state === "left" || state.state === "no_show") paintEnds();
  if (state.state === "called" && state.by_itself) paintCall();
}, 1000);
