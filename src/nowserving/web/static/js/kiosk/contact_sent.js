/** Leaving a number or an address with a ticket: one request, asked again while the network fails. No DOM here. */

const PATIENCE_MS = 8000;
const PAUSES_MS = [400, 1200, 2500];

/**
 * @typedef {{phone: string | null, email: string | null, stopped: boolean}} Kept half hidden
 * @typedef {{kind: "kept", contact: Kept}
 *   | {kind: "refused", words: string} | {kind: "away"}} Answer
 * @typedef {object} World what tests replace
 * @property {typeof fetch} [fetch]
 * @property {(ms: number) => Promise<void>} [pause]
 */

/**
 * Leave a contact. To ask twice is harmless: it is the same contact.
 *
 * @param {string} key the ticket's
 * @param {{phone?: string, email?: string}} contact
 * @param {string} language in which the guest reads messages, and a refusal now
 * @param {World} [world]
 * @returns {Promise<Answer>}
 */
export async function leaveContact(key, contact, language, world = {}) {
  const { fetch = globalThis.fetch.bind(globalThis), pause = sleep } = world;
  for (let tries = 0; ; tries += 1) {
    const response = await asked(fetch, key, contact, language);
    const answer = response && (await understood(response));
    if (answer) return answer;
    if (tries >= PAUSES_MS.length) return { kind: "away" };
    await pause(PAUSES_MS[tries]);
  }
}

/**
 * The ways by which the guest of a ticket can be told who leaves a contact here: those that the queue offers and
 * the house has. Nobody is asked whose turn it is already.
 *
 * @param {any} ticket
 * @param {{roads?: string[]}} queue
 * @param {{roads?: string[]}} config
 */
export function roadsFor(ticket, queue, config) {
  if (ticket.state !== "waiting") return [];
  return (queue.roads ?? []).filter((road) => (config.roads ?? []).includes(road));
}

/** @param {typeof fetch} fetch @param {string} key @param {object} contact @param {string} language @returns {Promise<Response | null>} */
async function asked(fetch, key, contact, language) {
  try {
    return await fetch(`/api/v1/tickets/${encodeURIComponent(key)}/contact?lang=${encodeURIComponent(language)}`, {
      method: "PUT",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(contact),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    return null;
  }
}

/** @param {Response} response @returns {Promise<Answer | null>} null: ask again */
async function understood(response) {
  const said = await response.json().catch(() => null);
  if (response.ok) return said?.data ? { kind: "kept", contact: said.data } : null;
  if (response.status >= 500) return null;
  return { kind: "refused", words: String(said?.errors?.[0]?.detail ?? said?.detail ?? "") };
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((done) => setTimeout(done, ms));
}
