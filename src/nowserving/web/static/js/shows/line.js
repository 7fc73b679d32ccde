/**
 * A place in the line to the seats: it looks again in place, at the pace that the server chose, and says aloud when
 * it is your turn. The page is never left for it, because a browser forgets with a page that sound was allowed.
 */
import { keepOf } from "../booking/timer.js";
import { linkWatcher } from "../connection.js";
import { announce } from "../dom.js";
import { playSoftly, wakeSound } from "../soft_sound.js";
import { learnServerTime, serverNow } from "../time.js";

const PULSE_MS = [300, 150, 300, 150, 500];
const RINGS_MS = [0, 1200, 2400];
const BLINK_MS = 1000;
const FIRST_TRY_AGAIN_S = 5;

/** Whether it has just become somebody's turn. @param {string | undefined} before @param {string | undefined} after */
export function isTurn(before, after) {
  return after === "called" && before !== "called";
}

/**
 * In how many milliseconds the line is looked at again; null: it is over. Not all of a hall in the same instant.
 *
 * @param {string | undefined} againS what the server chose @param {number} chance from 0 to 1
 */
export function nextLookMs(againS, chance) {
  const seconds = Number(againS);
  return seconds > 0 ? Math.round(seconds * 1000 * (0.9 + 0.2 * chance)) : null;
}

/** What of a line means something to its reader: the server's clock, which it carries along, does not. @param {string} html */
export function meaning(html) {
  return html.replace(/ data-now="\d+"/g, "");
}

/** @param {HTMLElement} first */
export function keepLine(first) {
  let line = first;
  let wanted = false;
  let heardAt = Date.now();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const link = linkWatcher();
  const bell = document.getElementById("ring");

  offerBell();
  plan();
  tick();
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void look());

  function plan(seconds = line.dataset.again) {
    clearTimeout(timer);
    const ms = nextLookMs(seconds, Math.random());
    if (ms !== null) timer = setTimeout(look, ms);
    else if (bell) bell.hidden = true;
  }

  async function look() {
    clearTimeout(timer);
    try {
      const answer = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status >= 500) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById("line");
      if (!fresh) return location.reload();
      link(true, heardAt);
      heardAt = Date.now();
      show(page, fresh);
      plan();
    } catch {
      link(false, heardAt);
      plan(String(Math.max(FIRST_TRY_AGAIN_S, Number(line.dataset.again) || 0)));
    }
  }

  /** @param {Document} page @param {HTMLElement} fresh */
  function show(page, fresh) {
    const turn = isTurn(line.dataset.place, fresh.dataset.place);
    if (meaning(fresh.outerHTML) !== meaning(line.outerHTML)) {
      takeIcons(page);
      const focused = line.contains(document.activeElement) ? wayTo(document.activeElement) : "";
      line.replaceWith(fresh);
      line = fresh;
      document.title = page.title;
      if (focused) /** @type {HTMLElement | null} */ (line.querySelector(focused))?.focus();
      tick();
    }
    if (turn) tellTurn();
  }

  /** To eye, ear and hand, once. */
  function tellTurn() {
    announce(line.querySelector("h1")?.textContent ?? "", { urgent: true });
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(PULSE_MS);
    if (wanted) for (const after of RINGS_MS) setTimeout(() => playSoftly(0.5), after);
    blink(document.title);
  }

  /** "9:59" of whatever deadline the line shows. */
  function tick() {
    const time = /** @type {HTMLElement | null} */ (line.querySelector(".keep__left"));
    if (!time) return;
    if (time.dataset.now) learnServerTime(Number(time.dataset.now));
    delete time.dataset.now;
    const kept = keepOf(Number(time.dataset.at), serverNow());
    time.textContent = kept.words;
    time.closest(".keep")?.classList.toggle("keep--short", kept.short);
    if (!kept.over || time.dataset.over) return;
    time.dataset.over = "";
    plan("1");
  }

  /** The button that allows sound, and hears of the turn at once instead of looking for it. */
  function offerBell() {
    if (!bell || !("AudioContext" in globalThis)) return;
    bell.hidden = false;
    bell.addEventListener("click", async () => {
      wanted = !wanted;
      bell.setAttribute("aria-pressed", String(wanted));
      if (!wanted) return;
      await wakeSound();
      playSoftly(0.3);
      announce(bell.dataset.said ?? "");
      await stayAwake();
      await listen();
    });
  }

  let listening = false;
  /** A tab that is hidden looks seldom; what is said to it comes at once. */
  async function listen() {
    const key = location.pathname.split("/").pop() ?? "";
    if (listening || !key) return;
    listening = true;
    const { follow } = await import("../live.js");
    follow([`ticket:${key}`], { onState: (_topic, state) => state?.state && state.state !== line.dataset.place && void look() }, { pollUrl: null });
  }
}

/** The title says it too, to and fro, until somebody looks. @param {string} title */
function blink(title) {
  if (document.visibilityState === "visible") return;
  let on = false;
  const blinking = setInterval(() => {
    const seen = document.visibilityState === "visible";
    if (seen) clearInterval(blinking);
    document.title = seen || (on = !on) ? title : `(!) ${title}`;
  }, BLINK_MS);
}

/** A page brings along the icons it uses, and no others. @param {Document} page */
function takeIcons(page) {
  const own = document.querySelector("body > svg[hidden]");
  for (const symbol of page.querySelectorAll("body > svg[hidden] > symbol")) {
    if (own && !document.getElementById(symbol.id)) own.append(document.adoptNode(symbol));
  }
}

/** How what has the focus is found again in a newer line. @param {Element | null} element */
function wayTo(element) {
  const form = element?.closest("form")?.getAttribute("action");
  if (form) return `form[action="${CSS.escape(form)}"] button`;
  const href = element?.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : "h1";
}

/** A phone that sleeps rings late. It may refuse: the sound comes all the same. */
async function stayAwake() {
  try {
    await /** @type {any} */ (navigator).wakeLock?.request("screen");
  } catch {
    // It saves power.
  }
}
