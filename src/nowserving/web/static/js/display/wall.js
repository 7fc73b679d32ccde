/** Drawing the wall: the latest call, those before it, every desk, how many wait. */
import { openingWords } from "../device/opening.js";
import { h, icon, keyedList, setText, ticketCode } from "../dom.js";
import { t } from "../i18n.js";
import { desksOf, queuesOf, wallOf } from "./calls.js";

const FLASH_MS = 4000;
/** A number that was called so long ago needs the signal colour no more; the screen lives longer without. */
const CALM_AFTER_MS = 120_000;
/** Beyond so many desks they get the larger part of the wall. */
const MANY_DESKS = 8;
/** "A-012" has five letters; a longer code is set smaller, so that it is never cut. */
const LONG_CODE = 5;
const LONG_DESK = 14;

export class Wall {
  /** @param {HTMLElement} root @param {{only: string[], layout: string}} settings */
  constructor(root, { only, layout }) {
    const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (root.querySelector(`[data-part="${name}"]`));
    this.root = root;
    this.only = only;
    this.layout = layout;
    this.parts = {
      latest: part("latest"),
      code: part("code"),
      desk: part("desk"),
      words: part("words"),
      earlier: part("earlier"),
      desks: part("desks"),
      queues: part("queues"),
      ticker: part("ticker"),
    };
    /** @type {Map<number, number>} until when (ms) a call flashes */
    this.flashing = new Map();
  }

  /** Make a call flash for some seconds. @param {{n: number}} call */
  flash(call) {
    this.flashing.set(call.n, Date.now() + FLASH_MS);
  }

  /** @param {any} state @param {number} nowMs the server's time */
  draw(state, nowMs) {
    const { latest, earlier } = wallOf(state, this.only, nowMs);
    const desks = desksOf(state, this.only);
    const closed = !state.open && !latest && !desks.some((desk) => desk.code);
    this.root.dataset.layout = this.layout === "auto" ? (desks.length > MANY_DESKS ? "desks" : "calls") : this.layout;
    this.root.dataset.mood = latest ? (nowMs - latest.at / 1000 < CALM_AFTER_MS ? "calling" : "called") : closed ? "closed" : "watching";
    this.drawLatest(latest, closed ? closedWords(state, nowMs) : null);
    this.drawEarlier(closed ? [] : earlier);
    this.drawDesks(closed ? [] : desks, latest);
    this.drawQueues(closed || !state.screens?.show_waiting ? [] : queuesOf(state, this.only));
    this.parts.ticker.hidden = !state.screens?.ticker;
    setText(this.parts.ticker, state.screens?.ticker ?? "");
  }

  /** @param {import("./calls.js").Call | null} latest @param {{title: string, words: string} | null} closed */
  drawLatest(latest, closed) {
    const { latest: frame, code, desk, words } = this.parts;
    frame.dataset.n = String(latest?.n ?? "");
    this.mark(frame, latest?.n);
    code.hidden = !latest;
    desk.hidden = !latest?.desk;
    setCode(code, latest?.code ?? "");
    setText(desk.querySelector("bdi"), latest?.desk ?? "");
    desk.toggleAttribute("data-long", (latest?.desk ?? "").length > LONG_DESK);
    const [title, more] = /** @type {HTMLElement[]} */ ([...words.children]);
    setText(title, latest ? t("Now serving") : (closed?.title ?? t("Please watch for your number")));
    setText(more, latest ? "" : (closed?.words ?? ""));
    more.hidden = more.textContent === "";
  }

  /** @param {import("./calls.js").Shown[]} earlier */
  drawEarlier(earlier) {
    this.parts.earlier.parentElement?.toggleAttribute("data-empty", earlier.length === 0);
    keyedList(this.parts.earlier, earlier.slice(0, 8), ({ call }) => call.code, makeEarlier, (row, { call, live }) => {
      row.classList.toggle("is-over", !live);
      setCode(/** @type {HTMLElement} */ (row.querySelector(".number")), call.code);
      setText(row.querySelector(".call__desk bdi"), call.desk ?? "");
      /** @type {HTMLElement} */ (row.querySelector(".call__desk")).hidden = !call.desk;
      this.mark(row, call.n);
    });
  }

  /** @param {any[]} desks @param {import("./calls.js").Call | null} latest */
  drawDesks(desks, latest) {
    // Among many desks, those where nobody works would only stand in the way.
    const many = desks.length > MANY_DESKS;
    const shown = many ? desks.filter((desk) => desk.code || desk.state !== "closed") : desks;
    this.parts.desks.toggleAttribute("data-many", shown.length > MANY_DESKS);
    keyedList(this.parts.desks, shown, ({ id }) => id, makeDesk, (tile, desk) => {
      tile.dataset.state = desk.code ? "busy" : desk.state;
      tile.classList.toggle("is-latest", latest?.desk_id === desk.id && latest?.code === desk.code);
      setText(tile.querySelector(".desk__name bdi"), desk.name);
      const code = /** @type {HTMLElement} */ (tile.querySelector(".desk__code > bdi"));
      code.classList.toggle("number", Boolean(desk.code));
      setCode(code, desk.code ?? deskWords(desk.state));
      this.mark(tile, latest?.desk_id === desk.id ? latest?.n : undefined);
    });
  }

  /** @param {any[]} queues */
  drawQueues(queues) {
    keyedList(this.parts.queues, queues, ({ id }) => id, makeQueue, (one, queue) => {
      setText(one.querySelector(".waiting__name bdi"), queue.name);
      setText(one.querySelector(".waiting__count"), queue.waiting);
    });
    this.parts.queues.hidden = queues.length === 0;
  }

  /** Flash what has just been announced. @param {Element} element @param {number | undefined} n */
  mark(element, n) {
    const until = n === undefined ? 0 : (this.flashing.get(n) ?? 0);
    element.classList.toggle("is-flashing", until > Date.now());
    if (n !== undefined && until && until <= Date.now()) this.flashing.delete(n);
  }
}

/** @param {HTMLElement} element @param {string} code */
function setCode(element, code) {
  setText(element, code);
  element.toggleAttribute("data-long", code.length > LONG_CODE);
}

/** @param {any} state @param {number} nowMs */
function closedWords(state, nowMs) {
  const words = state.opens_at ? openingWords(state.opens_at, state.branch.time_zone, nowMs) : "";
  return { title: t("We are closed now"), words };
}

/** @param {string} state */
function deskWords(state) {
  if (state === "paused") return t("Back soon");
  return state === "closed" ? t("Closed") : "–";
}

function makeEarlier() {
  return h("li", { class: "call" }, ticketCode(""), h("span", { class: "call__desk" }, icon("arrow-right", true), h("bdi")));
}

function makeDesk() {
  return h("li", { class: "desk" }, h("span", { class: "desk__name" }, h("bdi")), h("span", { class: "desk__code" }, h("bdi")));
}

function makeQueue() {
  return h("li", { class: "waiting" }, h("span", { class: "waiting__name" }, h("bdi")), h("strong", { class: "waiting__count" }));
}
