/** The overview of a branch, live: sums, departments, desks, and the list of everybody who waits. */
import { linkWatcher } from "../connection.js";
import { keyedList, setText } from "../dom.js";
import { t } from "../i18n.js";
import { follow } from "../live.js";
import { refreshTimes, serverNow } from "../time.js";
import { waitingAt } from "./alert.js";
import { tameDialogs } from "./ask.js";
import { listenToForms } from "./forms.js";
import { fields, fill, fillQueue, fillTicket, fillTime, fromTemplate, setPill, waitLevel } from "./parts.js";
import { moreRows, sifted } from "./sift.js";
import { run } from "./verbs.js";

const config = JSON.parse(document.getElementById("overview")?.textContent ?? "{}");
/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));
/** What the verbs work on: like a desk, with the whole branch's lists. @type {import("./verbs.js").Desk} */
const desk = { deskId: config.desk_id, state: { queues: {}, next: [], aside: [] } };
/** @type {any} */
let state = null;
/** Rows that the document does not hold: found by words, or further down the line. @type {any[] | null} */
let fetched = null;
let pages = 1;
let refetching = 0;
/** Typing, and a busy hall, ask for a long line again; not more often than this. */
const REFETCH_MS = 300;

tameDialogs();
listenToForms((verb, key) => void run(desk, verb, key));
const topic = `overview:${config.branch_id}`;
follow([topic], { onState: show, onLink: linkWatcher(), onRefused: () => state && location.reload() });
setInterval(paintLevels, 1000);
listenToSift();

/** @param {string} _topic @param {any} fresh */
function show(_topic, fresh) {
  if (!fresh.queues) return;
  state = fresh;
  desk.state = { queues: state.queues, next: state.waiting, aside: state.aside, current: state.desks[config.desk_id]?.current };
  paintSums();
  paintDepartments();
  paintList("aside", state.aside);
  setText(byId("aside-count"), state.aside.length);
  byId("aside-card").hidden = state.aside.length === 0;
  paintWaiting();
  if (fetched) refetchSoon(5 * REFETCH_MS);
  paintLevels();
  refreshTimes();
}

function paintSums() {
  const waiting = waitingAt(state);
  document.title = `${waiting ? `(${waiting}) ` : ""}${state.branch.name} · ${t("Now Serving")}`;
  setText(byId("sum-waiting"), waiting);
  setText(byId("waiting-count"), waiting);
  const queues = /** @type {any[]} */ (Object.values(state.queues));
  const since = queues.map((queue) => queue.longest_since).filter(Boolean);
  fillTime(document, "sum_longest", since.length ? Math.min(...since) : null);
  const desks = /** @type {any[]} */ (Object.values(state.desks));
  const open = desks.filter((one) => one.state === "open").length;
  const sum = byId("sum-desks");
  if (sum.firstChild) sum.firstChild.textContent = String(open);
  setText(sum.querySelector("small"), `/${desks.length}`);
  byId("seats").hidden = !state.seats.capacity;
  byId("desks-at-work").hidden = !desks.length && Boolean(state.seats.capacity);
  setText(byId("sum-seats"), state.seats.used);
  setText(byId("sum-capacity"), state.seats.capacity);
  setPill(byId("doors"), state.open ? "open" : "closed");
}

function paintDepartments() {
  const sections = [...byId("departments").querySelectorAll("[data-department]")];
  const known = new Set(sections.map((section) => section.getAttribute("data-department")));
  const of = (/** @type {any} */ one) => (state.departments[one.department_id] ? one.department_id : "");
  const things = [...Object.values(state.queues), ...Object.values(state.desks)];
  // Somebody has rebuilt the house: a fresh page is the simplest truth.
  if (things.some((one) => !known.has(of(one)))) return location.reload();
  for (const section of sections) {
    const inside = (/** @type {[string, any]} */ [, one]) => of(one) === section.getAttribute("data-department");
    const queues = byPlace(state.queues).filter(inside);
    const desks = byPlace(state.desks).filter(inside);
    keyedList(listIn(section, "queues"), queues, ([id]) => id, () => fromTemplate("t-queue"), (row, [, queue]) => fillQueue(row, queue));
    keyedList(listIn(section, "desks"), desks, ([id]) => id, () => fromTemplate("t-desk"), (card, [id, one]) => fillDesk(card, id, one));
  }
}

/** @param {Element} section @param {string} name */
const listIn = (section, name) => /** @type {Element} */ (section.querySelector(`[data-list=${name}]`));

/** @param {Record<string, any>} things @returns {[string, any][]} */
const byPlace = (things) => Object.entries(things).sort(([, one], [, other]) => one.place - other.place);

/** @param {HTMLElement} card @param {string} id @param {any} one */
function fillDesk(card, id, one) {
  const { current } = one;
  card.dataset.state = current?.state ?? "none";
  card.querySelector("a")?.setAttribute("href", `/desk/${id}`);
  fill(card, "title", one.name);
  fill(card, "code", current?.code);
  fill(card, "agent", one.state === "closed" ? "" : (config.agents[one.agent_id] ?? ""));
  setPill(fields(card, "duty")[0], one.state);
  const place = fields(card, "ticket_state")[0];
  if (current) setPill(place, current.state);
  else place.replaceChildren();
  fillTime(card, "since", current && (current.state === "called" ? current.called_at : current.since_at));
}

function paintWaiting() {
  const { words, queueId } = sought();
  const rows = fetched ?? sifted(state.waiting, words, queueId);
  paintList("waiting", rows);
  const none = byId("waiting-none");
  none.hidden = rows.length > 0;
  setText(none, words || queueId ? t("Nobody who fits is waiting.") : t("Nobody is waiting."));
  if (!fetched) byId("more-live").hidden = !isLong() || words !== "" || queueId !== "";
}

/** @param {"waiting" | "aside"} id @param {any[]} rows */
function paintList(id, rows) {
  const make = () => fromTemplate(`t-${id}`);
  keyedList(byId(id), rows, (row) => row.key, make, (element, row) => {
    fillTicket(element, row);
    element.dataset.queue = row.queue_id;
    fillTime(element, "waited", id === "waiting" ? row.joined_at : row.since_at);
  });
}

function paintLevels() {
  const now = serverNow();
  for (const [id, queue] of Object.entries(state?.queues ?? {})) {
    const level = /** @type {HTMLElement | null} */ (document.querySelector(`.queue[data-key="${CSS.escape(id)}"] [data-f=level]`));
    if (level) level.dataset.level = waitLevel(queue.longest_since, now);
  }
}

function sought() {
  const words = /** @type {HTMLInputElement} */ (byId("find")).value.trim();
  return { words, queueId: /** @type {HTMLSelectElement} */ (byId("only")).value };
}

function listenToSift() {
  const form = byId("sift");
  byId("sift").querySelector("[data-plain]")?.remove();
  document.getElementById("more")?.remove();
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", () => {
    pages = 1;
    fetched = null;
    refetchSoon(REFETCH_MS);
    if (state) paintWaiting();
  });
  byId("more-live").addEventListener("click", () => {
    pages += 1;
    void refetch();
  });
  if (sought().words) void refetch();
}

function isLong() {
  return state ? waitingAt(state) > config.most : true;
}

/** @param {number} ms */
function refetchSoon(ms) {
  refetching ||= window.setTimeout(() => {
    refetching = 0;
    void refetch();
  }, ms);
}

/** The document holds the first of a long line; the others, and those found by words, are asked for. */
async function refetch() {
  const { words, queueId } = sought();
  const wanted = isLong() && (pages > 1 || words || queueId);
  const found = wanted ? await moreRows(config.branch_id, { words, queueId, pages, queues: state?.queues ?? {} }) : null;
  if (sought().words !== words || sought().queueId !== queueId) return;
  fetched = found?.rows ?? null;
  if (found) byId("more-live").hidden = !found.more;
  if (state) paintWaiting();
}
