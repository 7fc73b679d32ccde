/** The stand's document on the screen. Whatever is on the page is made to say what the document says. */
import { keyedList, setText } from "../dom.js";
import { t } from "../i18n.js";
import { duration, refreshTimes, serverNow } from "../time.js";
import { fields, fillTime, fromTemplate } from "../desk/parts.js";
import { fillParty, holdingWords, reveal, say, tickParty } from "./rows.js";

/** @type {import("./rows.js").Kind[]} */
const KINDS = ["called", "seated", "waiting", "missed"];
const UNDO_US = 60 * 1e6;
const COUNTED = new Set(["called", "seated", "missed"]);

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Show a stand's document. @param {any} state */
export function paint(state) {
  paintGauge(state);
  for (const kind of KINDS) paintParties(kind, state[kind]);
  setText(byId("waiting-count"), state.waiting_count);
  byId("waiting-none").hidden = state.waiting.length > 0;
  byId("waiting-rest").hidden = state.waiting_count <= state.waiting.length;
  byId("called-none").hidden = state.called.length > 0;
  byId("seated-none").hidden = state.seated.length > 0;
  byId("missed-card").hidden = state.missed.length === 0;
  byId("paused").hidden = !state.queue.paused;
  tick(state);
  refreshTimes();
}

/** @param {any} state */
function paintGauge(state) {
  const gauge = byId("gauge");
  gauge.dataset.level = state.over ? "over" : state.free ? "fine" : "full";
  for (const name of ["free", "used", "capacity", "waiting_count", "over"]) {
    for (const field of fields(gauge, name)) setText(field, state[name]);
  }
  reveal(gauge, "over_part", state.over > 0);
  const meter = /** @type {HTMLProgressElement} */ (fields(gauge, "meter")[0]);
  meter.max = Math.max(state.capacity, 1);
  meter.value = Math.min(state.used, state.capacity);
  say(gauge, "late", state.late_s ? t("%(time)s late", { time: duration(state.late_s) }) : t("Running late"));
  reveal(gauge, "on_time", state.late_s > 0);
  say(byId("holding"), "holding_words", holdingWords(state.holding));
  byId("holding").hidden = !state.holding;
  say(byId("told"), "text", state.told?.text);
}

/** @param {import("./rows.js").Kind} kind @param {any[]} rows */
function paintParties(kind, rows) {
  const list = byId(kind);
  const settled = list.dataset.painted === "yes";
  keyedList(
    list,
    rows,
    (row) => row.key,
    () => made(kind, settled),
    (element, row) => fillParty(element, row, kind),
  );
  list.dataset.painted = "yes";
  if (COUNTED.has(kind)) setText(byId(`${kind}-count`), rows.length);
}

/** @param {string} kind @param {boolean} isNew */
function made(kind, isNew) {
  const element = fromTemplate(`t-${kind}`);
  element.classList.toggle("is-new", isNew);
  return element;
}

/** What time alone changes: waits past their quotes, tables past their time, the way back that closes. */
export function tick(/** @type {any} */ state) {
  const now = serverNow();
  for (const kind of KINDS) {
    for (const row of state[kind]) {
      const element = /** @type {HTMLElement | null} */ (byId(kind).querySelector(`[data-key="${CSS.escape(row.key)}"]`));
      if (element) tickParty(element, row, kind, now);
    }
  }
  paintUndo(state.act, now);
  byId("told").hidden = !state.told || state.told.until_at <= now * 1000;
}

/** @param {any} act @param {number} now */
function paintUndo(act, now) {
  const left = act?.undo ? (act.at + UNDO_US) / 1e6 - now / 1000 : 0;
  const undo = byId("undo");
  undo.hidden = left <= 0;
  if (undo.hidden) return;
  say(undo, "words", t("Undo %(ticket)s: %(act)s", { ticket: act.code, act: actWords(act.verb) }));
  fillTime(undo, "left", act.at + UNDO_US);
}

/** @param {string} verb */
function actWords(verb) {
  const words = {
    joined: t("added"),
    called: t("called"),
    started: t("seated"),
    seated: t("seated"),
    finished: t("freed"),
    no_show: t("no-show"),
    requeued: t("back in line"),
    rejoined: t("back in line"),
    cancelled: t("taken off the list"),
    extended: t("more time"),
    resized: t("party size"),
  };
  return /** @type {Record<string, string>} */ (words)[verb] ?? verb;
}
