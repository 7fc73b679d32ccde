/** Checking in with a reservation: one question to the server, asked again while the network fails. No DOM here. */

const PATIENCE_MS = 8000;
const PAUSES_MS = [400, 1200, 2500];
/** What a guest's link ends with. */
const KEY = /(?:^|[/=])([A-Za-z0-9_-]{22})(?:[/?#].*)?$/;

/**
 * @typedef {{code?: string, key?: string, name?: string, birth_date?: string, language?: string}} Wish
 * @typedef {{kind: "arrived", ticket: any, start_at: number, late: boolean, again: boolean}
 *   | {kind: "early", from_at: number, start_at: number}
 *   | {kind: "refused", code: string} | {kind: "unpaired"} | {kind: "away"}} Answer
 * @typedef {object} World what tests replace
 * @property {typeof fetch} [fetch]
 * @property {(ms: number) => Promise<void>} [pause]
 */

/**
 * Check in. To ask twice is harmless: whoever is here already is given the same ticket.
 *
 * @param {Wish} wish
 * @param {World} [world]
 * @returns {Promise<Answer>}
 */
export async function checkIn(wish, world = {}) {
  const { fetch = globalThis.fetch.bind(globalThis), pause = sleep } = world;
  for (let tries = 0; ; tries += 1) {
    const response = await asked(fetch, wish);
    const answer = response && (await understood(response));
    if (answer) return answer;
    if (tries >= PAUSES_MS.length) return { kind: "away" };
    await pause(PAUSES_MS[tries]);
  }
}

/** The key in a link that was scanned, or "". @param {string} text */
export function keyIn(text) {
  return KEY.exec(text.trim())?.[1] ?? "";
}

/** @param {typeof fetch} fetch @param {Wish} wish @returns {Promise<Response | null>} null: nobody answered */
async function asked(fetch, wish) {
  try {
    return await fetch(`/kiosk/arrive${globalThis.location?.search ?? ""}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(wish),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    return null;
  }
}

/** @param {Response} response @returns {Promise<Answer | null>} null: ask again */
async function understood(response) {
  const said = await response.json().catch(() => null);
  if (response.ok) return said?.data ? { kind: "arrived", ...said.data } : null;
  if (response.status === 401 || response.status === 403) return { kind: "unpaired" };
  if (response.status >= 500) return null;
  const code = String(said?.code ?? "");
  if (code === "too_early") return { kind: "early", from_at: Number(said.from_at), start_at: Number(said.start_at) };
  return { kind: "refused", code };
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
