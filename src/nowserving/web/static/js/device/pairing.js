/** A device that is nobody's yet: show a code, ask until it was typed, become the device. It never gives up. */
import { h, setText } from "../dom.js";
import { t } from "../i18n.js";
import { serverNow, stopwatch } from "../time.js";
import { tameScreen } from "./frame.js";

const API = "/api/v1/pairings";
const PATIENCE_MS = 10_000;
const AFTER_FAILURE_S = 5;
/** Begin anew a little before the code lapses, so that nobody types a dead one. */
const EARLY_MS = 10_000;

/** @typedef {{code: string, claim: string, expires_at: string, poll_after_s: number}} Pairing */

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<{ok: boolean, answered: boolean, waitS: number, data: any}>} answered: it was no passing trouble
 */
async function post(path, body) {
  try {
    const response = await fetch(API + path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const waitS = Number(response.headers.get("retry-after")) || AFTER_FAILURE_S;
    const { data } = await response.json();
    return { ok: response.ok, answered: response.status < 500 && response.status !== 429, waitS, data };
  } catch {
    return { ok: false, answered: false, waitS: AFTER_FAILURE_S, data: null };
  }
}

/** @param {string} kind @returns {Promise<Pairing>} */
async function begin(kind) {
  for (;;) {
    const { ok, waitS, data } = await post("", { kind });
    if (ok) return data;
    await seconds(waitS);
  }
}

/**
 * Ask until the code was typed, or has lapsed.
 *
 * @param {Pairing} pairing
 * @returns {Promise<boolean>} whether this browser is the device now (or was before its answer got lost)
 */
async function claimed({ claim, poll_after_s: everyS, expires_at: expiresAt }) {
  while (Date.parse(expiresAt) - EARLY_MS > serverNow()) {
    const { ok, answered, waitS, data } = await post("/claim", { claim });
    if (ok && data.state === "paired") return true;
    // Done or lapsed. If the answer that made us the device got lost, the cookie that came with it did not.
    if (!ok && answered) return true;
    await seconds(ok ? everyS : waitS);
  }
  return false;
}

/** @param {number} s @returns {Promise<void>} */
function seconds(s) {
  return new Promise((done) => setTimeout(done, s * 1000));
}

/** @param {Pairing} pairing */
function show({ code, expires_at: expiresAt }) {
  document.getElementById("code")?.replaceChildren(...code.split("-").map((part) => h("span", {}, part)));
  const words = () => setText(document.getElementById("lapses"), t("A new code comes in %(time)s.", { time: stopwatch((Date.parse(expiresAt) - EARLY_MS - serverNow()) / 1000) }));
  clearInterval(ticking);
  ticking = setInterval(words, 1000);
  words();
}

/** @type {ReturnType<typeof setInterval> | undefined} */
let ticking;

async function pair() {
  const kind = /** @type {HTMLElement} */ (document.querySelector("script[data-kind]")).dataset.kind ?? "";
  for (;;) {
    const pairing = await begin(kind);
    show(pairing);
    if (await claimed(pairing)) {
      location.reload();
      return;
    }
  }
}

tameScreen();
pair();
