/** The desk's document on the screen. Whatever is on the page is made to say what the document says. */
import { h, icon, keyedList, setText } from "../dom.js";
import { t, tn } from "../i18n.js";
import { duration, refreshTimes, serverNow } from "../time.js";
import { fields, fill, fillQueue, fillTicket, fillTime, fromTemplate, setPill, waitLevel } from "./parts.js";
import { titleOf, waitingAt } from "./alert.js";

const UNDO_US = 60 * 1e6;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * Show a desk's document.
 *
 * @param {any} state
 * @param {{me: string, agents: Record<string, string>}} config
 */
export function paint(state, config) {
  document.title = titleOf(waitingAt(state), state.desk.name);
  paintDuty(state.desk, config);
  paintCurrent(state);
  paintCall(state);
  keyedList(byId("queues"), byPlace(state.queues), ([id]) => id, () => fromTemplate("t-queue"), (row, [, queue]) => fillQueue(row, queue));
  paintGuests("next", state.next);
  paintGuests("aside", state.aside);
  setText(byId("next-count"), waitingAt(state));
  setText(byId("aside-count"), state.aside.length);
  byId("next-none").hidden = state.next.length > 0;
  byId("next-rest").hidden = waitingAt(state) <= state.next.length;
  byId("aside-card").hidden = state.aside.length === 0;
  numberRows();
  tick(state);
  refreshTimes();
}

/** @param {Record<string, any>} queues @returns {[string, any][]} */
function byPlace(queues) {
  return Object.entries(queues).sort(([, one], [, other]) => one.place - other.place);
}

/** @param {any} desk @param {{me: string, agents: Record<string, string>}} config */
function paintDuty(desk, { me, agents }) {
  setText(document.querySelector("[data-desk=name]"), desk.name);
  setPill(document.querySelector("[data-desk=state]"), desk.state);
  for (const button of byId("duty").querySelectorAll("button")) {
    button.hidden = !(button.dataset.duty ?? "").split(" ").includes(desk.state);
  }
  const other = desk.state !== "closed" && desk.agent_id && desk.agent_id !== me;
  byId("occupied").hidden = !other;
  if (other) fill(byId("occupied"), "words", t("%(agent)s works at this desk.", { agent: agents[desk.agent_id] ?? t("Somebody else") }));
}

/** @param {any} state */
function paintCurrent(state) {
  const now = byId("now");
  const { current, desk } = state;
  const fresh = current && now.dataset.key !== current.key;
  now.dataset.state = current?.state ?? "none";
  now.dataset.key = current?.key ?? "";
  byId("current").hidden = !current;
  byId("nobody").hidden = Boolean(current);
  if (!current) return paintNobody(desk.state, waitingAt(state));
  if (fresh) restart(now, "is-fresh");
  fillTicket(now, current);
  for (const place of fields(now, "state")) setPill(place, current.state);
  fill(now, "calls", current.calls > 1 ? tn("called once", "called %(n)s times", current.calls) : "");
  fill(now, "had_waited", duration(((current.called_at ?? current.since_at) - current.joined_at) / 1e6));
  fillTime(now, "timer", current.state === "called" ? current.called_at : current.since_at);
  for (const verb of now.querySelectorAll("[data-can]")) allow(verb, (verb.getAttribute("data-can") ?? "").split(" ").includes(current.state));
}

/** @param {string} duty @param {number} waiting */
function paintNobody(duty, waiting) {
  const calm = { open: t("Nobody is at this desk."), paused: t("This desk is paused."), closed: t("This desk is closed.") };
  fill(byId("nobody"), "calm", /** @type {Record<string, string>} */ (calm)[duty]);
  const words = waiting ? t("Call the next guest when you are ready.") : t("Nobody is waiting. New tickets appear here by themselves.");
  fill(byId("nobody"), "next_words", words);
}

/**
 * A verb that can't be done now stays where it is, pale, so that nothing jumps under the finger.
 *
 * @param {Element} verb @param {boolean} can
 */
function allow(verb, can) {
  const control = verb.matches("details") ? /** @type {Element} */ (verb.querySelector("summary")) : verb;
  control.toggleAttribute("aria-disabled", !can);
  if (!can) control.setAttribute("aria-disabled", "true");
  if (!can && verb instanceof HTMLDetailsElement) verb.open = false;
}

/** @param {any} state */
function paintCall(state) {
  const first = state.next[0];
  byId("call-next").classList.toggle("is-idle", !first);
  const hint = byId("call-hint");
  if (first) hint.replaceChildren(h("bdi", { dir: "ltr" }, first.code), " · ", h("bdi", {}, first.queue));
  else setText(hint, t("Nobody is waiting"));
}

/** @param {"next" | "aside"} id @param {any[]} rows */
function paintGuests(id, rows) {
  const list = byId(id);
  const settled = list.dataset.painted === "yes";
  keyedList(
    list,
    rows,
    (row) => row.key,
    () => made(id, settled),
    (element, row) => {
      fillTicket(element, row);
      element.dataset.queue = row.queue_id;
      fillTime(element, "waited", id === "next" ? row.joined_at : row.since_at);
    },
  );
  list.dataset.painted = "yes";
}

/** @param {string} id @param {boolean} isNew */
function made(id, isNew) {
  const element = fromTemplate(`t-${id}`);
  element.classList.toggle("is-new", isNew);
  return element;
}

/** Number the rows that are seen, as far as there are keys for them. */
export function numberRows() {
  const rows = [...byId("next").children].filter((row) => !row.classList.contains("is-hidden"));
  rows.forEach((row, at) => setText(row.querySelector("[data-f=n]"), at < 9 ? at + 1 : ""));
}

/** What time alone changes: the visit against what is usual, waits that grow long, the way back that closes. */
export function tick(/** @type {any} */ state) {
  const now = serverNow();
  paintTimer(state, now);
  paintUndo(state.act, now);
  for (const [id, queue] of Object.entries(state.queues)) {
    const row = byId("queues").querySelector(`[data-key="${CSS.escape(id)}"]`);
    const level = /** @type {HTMLElement | null} */ (row?.querySelector("[data-f=level]"));
    if (level) level.dataset.level = waitLevel(queue.longest_since, now);
  }
}

/** @param {any} state @param {number} now */
function paintTimer({ current, queues }, now) {
  const expected = current && queues[current.queue_id]?.expected_s;
  const serving = current?.state === "serving";
  const meter = /** @type {HTMLProgressElement} */ (fields(byId("now"), "meter")[0]);
  meter.hidden = !(serving && expected);
  fill(byId("now"), "expected", current ? timerWords(serving, expected) : "");
  const part = serving && expected ? (now / 1000 - current.since_at / 1e6) / expected : 0;
  meter.value = Math.min(1, Math.max(0, part));
  byId("now").toggleAttribute("data-over", part > 1);
}

/** @param {boolean} serving @param {number | undefined} expected */
function timerWords(serving, expected) {
  if (!serving) return t("since the call");
  return expected ? t("of about %(duration)s", { duration: duration(expected) }) : t("being served");
}

/** @param {any} act @param {number} now */
function paintUndo(act, now) {
  const left = act?.undo ? (act.at + UNDO_US) / 1e6 - now / 1000 : 0;
  const undo = byId("undo");
  undo.hidden = left <= 0;
  if (undo.hidden) return;
  fill(undo, "words", t("Undo %(ticket)s: %(act)s", { ticket: act.code, act: actWords(act.verb) }));
  fillTime(undo, "left", act.at + UNDO_US);
}

/** @param {string} verb */
function actWords(verb) {
  const words = {
    called: t("called"),
    taken: t("called here"),
    started: t("started"),
    finished: t("finished"),
    no_show: t("no-show"),
    parked: t("parked"),
    requeued: t("back in line"),
    transferred: t("transferred"),
    cancelled: t("cancelled"),
  };
  return /** @type {Record<string, string>} */ (words)[verb] ?? verb;
}

/** What somebody or something else did to the ticket here; null: nothing worth a notice. @param {any} act */
export function noticeOf(act) {
  if (!act) return null;
  const ticket = act.code;
  if (act.taken_to) return t("%(ticket)s was called to %(desk)s instead.", { ticket, desk: act.taken_to });
  if (act.verb === "left") return t("%(ticket)s has left the queue.", { ticket });
  if (act.verb === "lapsed") return t("%(ticket)s did not come in time.", { ticket });
  if (act.verb === "expired") return t("The time of %(ticket)s is over.", { ticket });
  if (act.verb === "checked_in") return t("%(ticket)s says: I am here.", { ticket });
  return null;
}

/** Show a notice until it is closed or the next thing happens. @param {string | null} words */
export function showNotice(words) {
  byId("notices").querySelector("[data-told]")?.remove();
  if (!words) return;
  const close = h("button", { type: "button", class: "button button--small button--quiet button--icon", "aria-label": t("Close"), onclick: () => showNotice(null) }, icon("x"));
  byId("notices").append(h("div", { class: "notice", role: "status", dataset: { told: "" } }, icon("info"), h("div", {}, words), close));
}

/** Play an animation again. @param {HTMLElement} element @param {string} name */
function restart(element, name) {
  element.classList.remove(name);
  void element.offsetWidth;
  element.classList.add(name);
}
