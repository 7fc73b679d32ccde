/** Taking a ticket: one touch, one key, one ticket, however often the network makes us ask. */

const PATIENCE_MS = 8000;
const PAUSES_MS = [400, 1200, 2500];
const LONGEST_PAUSE_MS = 4000;

/**
 * @typedef {{party_size?: number, priority?: string, name?: string, language?: string}} Wishes
 * @typedef {{kind: "ticket", ticket: any} | {kind: "refused", code: string} | {kind: "unpaired"} | {kind: "away"}} Answer
 * @typedef {object} World what tests replace
 * @property {typeof fetch} [fetch]
 * @property {(ms: number) => Promise<void>} [pause]
 * @property {() => string} [newKey]
 */

/**
 * Ask for a ticket until there is a plain answer. Every try bears the same Idempotency-Key, so that
 * a reply that was lost on the way is given again instead of a second ticket.
 *
 * @param {string} queueId
 * @param {Wishes} wishes
 * @param {World} [world]
 * @returns {Promise<Answer>}
 */
export async function takeTicket(queueId, wishes, world = {}) {
  const { fetch = globalThis.fetch.bind(globalThis), pause = sleep, newKey = randomKey } = world;
  const key = newKey();
  for (let tries = 0; ; tries += 1) {
    const response = await asked(fetch, queueId, wishes, key);
    const answer = response && (await understood(response));
    if (answer) return answer;
    if (tries >= PAUSES_MS.length) return { kind: "away" };
    const wantedMs = Number(response?.headers.get("retry-after") ?? 0) * 1000 || 0;
    await pause(Math.min(LONGEST_PAUSE_MS, Math.max(PAUSES_MS[tries], wantedMs)));
  }
}

/**
 * @param {typeof fetch} fetch
 * @param {string} queueId
 * @param {Wishes} wishes
 * @param {string} key
 * @returns {Promise<Response | null>} null: nobody answered
 */
async function asked(fetch, queueId, wishes, key) {
  try {
    return await fetch(`/api/v1/queues/${encodeURIComponent(queueId)}/tickets`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": key },
      body: JSON.stringify(wishes),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    return null;
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Answer | null>} null: ask again
 */
async function understood(response) {
  const said = await response.json().catch(() => null);
  if (response.ok) return said?.data ? { kind: "ticket", ticket: said.data } : null;
  if (response.status === 401 || response.status === 403) return { kind: "unpaired" };
  if (response.status === 429 || response.status >= 500) return null;
  return { kind: "refused", code: String(said?.code ?? "") };
}

/** 128 random bits. crypto.randomUUID would need HTTPS, which many a town hall's network lacks. */
export function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
