/** Calls are announced one after the other: chime, flash, words. Nothing overlaps, nothing is lost. */

const GAP_MS = 600;
/** With so many waiting to be announced, each is said in one language and once. */
const CROWD = 3;

/**
 * @typedef {import("./calls.js").Call} Call
 * @typedef {object} Hands
 * @property {(call: Call) => boolean} stands whether the call was not taken back
 * @property {(call: Call) => void} flash
 * @property {() => Promise<void>} chime
 * @property {(call: Call, brief: boolean) => Promise<void>} speak
 * @property {(ms: number) => Promise<void>} [pause]
 */

/** @param {Hands} hands */
export function announcer({ stands, flash, chime, speak, pause = sleep }) {
  /** @type {Call[]} */
  const waiting = [];
  let busy = false;

  async function run() {
    busy = true;
    for (let call = waiting.shift(); call; call = waiting.shift()) {
      if (!stands(call)) continue;
      flash(call);
      // A sound that fails is no reason to keep the others from theirs.
      await chime().catch(() => {});
      await speak(call, waiting.length >= CROWD).catch(() => {});
      await pause(GAP_MS);
    }
    busy = false;
  }

  return {
    /** @param {Call[]} calls */
    add(calls) {
      waiting.push(...calls);
      if (!busy && waiting.length) run();
    },
    idle: () => !busy && waiting.length === 0,
  };
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
