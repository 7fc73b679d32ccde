/** Asking the server to do something. What it refuses, it says in the reader's language. */
import { t } from "./i18n.js";

const API = "/api/v1";
const TRIES = 3;
const PATIENCE_MS = 12_000;

/** @typedef {{ok: boolean, code: string, detail: string, data: any, document: any}} Answer */

/**
 * Send one request. With `once`, it carries an Idempotency-Key and is sent again when the line
 * breaks: whatever was lost on the way, it happens once.
 *
 * @param {string} method
 * @param {string} path below /api/v1, "/desks/x/call-next"
 * @param {{body?: unknown, once?: boolean, fetch?: typeof fetch, pause?: (ms: number) => Promise<void>}} [how]
 * @returns {Promise<Answer>}
 */
export async function send(method, path, { body, once = false, fetch = globalThis.fetch.bind(globalThis), pause = sleep } = {}) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (once) headers["Idempotency-Key"] = freshKey();
  const text = body === undefined ? undefined : JSON.stringify(body);
  for (let tried = 1; ; tried += 1) {
    try {
      const signal = AbortSignal.timeout(PATIENCE_MS);
      return await answerOf(await fetch(API + path, { method, headers, body: text, signal, cache: "no-store" }));
    } catch {
      if (!once || tried >= TRIES) return refusal("offline", t("The server can't be reached. Nothing was changed."));
      await pause(400 * tried);
    }
  }
}

/** @param {Response} response @returns {Promise<Answer>} */
async function answerOf(response) {
  const document = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (response.ok) return { ok: true, code: "", detail: "", data: document.data, document };
  const answer = refusal(document.code ?? String(response.status), document.detail ?? t("That did not work. Please try again."));
  return { ...answer, document };
}

/** @param {string} code @param {string} detail @returns {Answer} */
function refusal(code, detail) {
  return { ok: false, code, detail, data: null, document: {} };
}

/** crypto.randomUUID is missing on plain HTTP, which a house network may well use. */
function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
