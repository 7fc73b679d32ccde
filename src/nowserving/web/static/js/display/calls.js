/** Which calls are on the wall, and which are to be announced. No DOM here. */

/**
 * @typedef {object} Call
 * @property {number} n unique and rising: a recall is a call of its own
 * @property {string} code
 * @property {string} [desk_id]
 * @property {string} [desk]
 * @property {string} [queue_id]
 * @property {boolean} [open] called to no desk, and still expected
 * @property {number} at µs
 *
 * @typedef {{call: Call, live: boolean}} Shown live: the guest is still expected, or being served
 */

const FRESH_MS = 60_000;
const REMEMBERED = 200;

/**
 * The calls of these queues, newest first, each code once: a recall takes the place of the call before it.
 *
 * @param {any} state the document of topic display:…
 * @param {string[]} only the queues this display shows; none: all
 * @returns {Call[]}
 */
export function latestCalls(state, only) {
  const seen = new Set();
  return (state.calls ?? []).filter((/** @type {Call} */ call) => {
    if (only.length && !only.includes(call.queue_id ?? "")) return false;
    if (seen.has(call.code)) return false;
    seen.add(call.code);
    return true;
  });
}

/**
 * What hangs on the wall now: the latest call, and those before it. A guest who was served has left
 * the desk; the number stays a minute for all to see, then it is a thing of the past.
 *
 * @param {any} state
 * @param {string[]} only
 * @param {number} nowMs
 * @returns {{latest: Call | null, earlier: Shown[]}}
 */
export function wallOf(state, only, nowMs) {
  const calls = latestCalls(state, only).map((call) => ({ call, live: isLive(state, call) }));
  const first = calls[0];
  const shown = first && (first.live || nowMs - first.call.at / 1000 < FRESH_MS);
  return { latest: shown ? first.call : null, earlier: shown ? calls.slice(1) : calls };
}

/** A call to a desk is live while the guest is there; one to no desk, while the guest is expected. @param {any} state @param {Call} call */
function isLive(state, call) {
  return call.desk_id ? state.desks?.[call.desk_id]?.code === call.code : call.open === true;
}

/**
 * Remembers what was announced. What is on the wall when the page begins was announced before, and
 * what is older than a minute (the line was cut) would only send people the wrong way.
 */
export function callBook() {
  /** @type {Set<number> | null} */
  let known = null;
  return {
    /**
     * @param {any} state
     * @param {string[]} only
     * @param {number} nowMs
     * @returns {Call[]} to be announced, oldest first
     */
    fresh(state, only, nowMs) {
      const calls = /** @type {Call[]} */ (state.calls ?? []);
      const before = known;
      known = new Set([...(before ?? []), ...calls.map(({ n }) => n)].slice(-REMEMBERED));
      if (!before) return [];
      const wanted = calls.filter((call) => !before.has(call.n) && (!only.length || only.includes(call.queue_id ?? "")));
      return wanted.filter((call) => nowMs - call.at / 1000 < FRESH_MS).sort((one, other) => one.n - other.n);
    },
  };
}

/** @param {any} state @param {number} n whether a call still stands: an agent may have taken it back */
export function stands(state, n) {
  return (state.calls ?? []).some((/** @type {Call} */ call) => call.n === n);
}

/**
 * The desks of this display in their order.
 *
 * @param {any} state
 * @param {string[]} only
 * @returns {any[]}
 */
export function desksOf(state, only) {
  return Object.entries(state.desks ?? {})
    .map(([id, desk]) => ({ id, ...desk }))
    .filter((desk) => !only.length || desk.queue_ids.some((/** @type {string} */ id) => only.includes(id)))
    .sort((one, other) => one.place - other.place);
}

/**
 * The queues of this display in their order.
 *
 * @param {any} state
 * @param {string[]} only
 * @returns {any[]}
 */
export function queuesOf(state, only) {
  return Object.entries(state.queues ?? {})
    .map(([id, queue]) => ({ id, ...queue }))
    .filter((queue) => !only.length || only.includes(queue.id))
    .sort((one, other) => one.place - other.place);
}
