/**
 * The line to the server that live screens hang on. It never gives up.
 *
 * One stream for all topics of a screen; each connection begins with a full snapshot. When the
 * stream can't be had (an old proxy, too many screens), the same is read by polling. A stream that
 * says nothing for longer than two pings is dead, whatever the network claims.
 */
import { browserLocks, takeSlot } from "./slots.js";
import { eventReader } from "./sse.js";
import { topicBook } from "./topics.js";
import { learnServerTime } from "./time.js";

const SILENCE_MS = 40_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const STREAMS_BEFORE_POLLING = 3;
/** A stream that lived this long was a good one: the pauses start from the shortest again. */
const GOOD_STREAM_MS = 5000;
const POLL_AFTER_MS = 5000;
const WAKE_UPS = ["online", "visibilitychange", "pageshow"];
const STREAM_URL = "/api/v1/streams";
const POLL_URL = "/api/v1/snapshots";

/**
 * @typedef {object} Screen
 * @property {(topic: string, state: any, version: number) => void} [onState] a topic's whole state, after every change
 * @property {(topic: string, line: any) => void} [onLine] who left and who came, on a line: topic
 * @property {(up: boolean, sinceMs: number) => void} [onLink] the link came up, or is down since the last word from the server
 * @property {(status: number) => void} [onRefused] the server refuses us (401, 403, 404, 410); we go on asking, slowly
 * @property {(retryMs: number) => void} [onBye] the server is going away and says when to return
 */

/**
 * @typedef {object} World what tests replace
 * @property {typeof fetch} [fetch]
 * @property {() => number} [now]
 * @property {(f: () => void, ms: number) => any} [setTimeout]
 * @property {(timer: any) => void} [clearTimeout]
 * @property {() => number} [random]
 * @property {string} [streamUrl]
 * @property {string | null} [pollUrl] answers {"data": [{topic, version, state, at}, …], "poll_after_s": n}; null: never poll
 * @property {LockManager | null} [locks]
 * @property {EventTarget | null} [wakeUps] fires "online"
 */

/** How long to wait before try number `tries` (from 0): doubling, bounded, with jitter. */
export function pause(/** @type {number} */ tries, /** @type {() => number} */ random) {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(tries, 10));
  return longest / 2 + (random() * longest) / 2;
}

/**
 * Follow topics for as long as the page lives.
 *
 * @param {string[]} topics
 * @param {Screen} screen
 * @param {World} [world]
 * @returns {{stop: () => void, refresh: () => void, stateOf: (topic: string) => any}}
 */
export function follow(topics, screen, world = {}) {
  const link = new Link(topics, screen, world);
  link.connect();
  return { stop: () => link.stop(), refresh: () => link.refresh(), stateOf: (topic) => link.book.stateOf(topic) };
}

class Link {
  /** @param {string[]} topics @param {Screen} screen @param {World} world */
  constructor(topics, screen, world) {
    this.screen = screen;
    this.fetch = world.fetch ?? globalThis.fetch.bind(globalThis);
    this.now = world.now ?? Date.now;
    this.setTimeout = world.setTimeout ?? ((f, ms) => globalThis.setTimeout(f, ms));
    this.clearTimeout = world.clearTimeout ?? ((timer) => globalThis.clearTimeout(timer));
    this.random = world.random ?? Math.random;
    const query = topics.map((topic) => `topic=${encodeURIComponent(topic)}`).join("&");
    this.streamUrl = `${world.streamUrl ?? STREAM_URL}?${query}`;
    this.pollUrl = world.pollUrl === null ? null : `${world.pollUrl ?? POLL_URL}?${query}`;
    this.locks = world.locks === undefined ? browserLocks() : world.locks;
    this.book = topicBook({ onState: (...news) => screen.onState?.(...news), onLine: (...news) => screen.onLine?.(...news) }, this.now);
    this.tries = 0;
    this.heardAt = this.now();
    /** @type {number | null} when this stream began to speak */
    this.begunAt = null;
    /** @type {number | null} when to poll again, if the latest poll was answered */
    this.pollAfterMs = null;
    /** @type {boolean | null} */
    this.up = null;
    this.stopped = false;
    this.etag = "";
    /** @type {AbortController | null} */
    this.request = null;
    this.wakeUps = world.wakeUps === undefined ? (globalThis.window ?? null) : world.wakeUps;
    this.wake = (/** @type {Event} */ event) => {
      // A device that slept may hold a stream that died long ago.
      if (event.type === "online" || this.now() - this.heardAt > SILENCE_MS / 2) this.refresh();
    };
    for (const sign of WAKE_UPS) this.wakeUps?.addEventListener(sign, this.wake);
  }

  stop() {
    this.stopped = true;
    this.clearTimeout(this.retryTimer);
    this.clearTimeout(this.watchdog);
    for (const sign of WAKE_UPS) this.wakeUps?.removeEventListener(sign, this.wake);
    this.request?.abort();
  }

  /** Drop what there is and read everything afresh, now. */
  refresh() {
    this.clearTimeout(this.retryTimer);
    this.request?.abort();
    this.connect();
  }

  connect() {
    if (this.stopped) return;
    const request = new AbortController();
    this.request = request;
    this.begunAt = null;
    this.pollAfterMs = null;
    this.listen();
    this.run(request).catch((error) => {
      if (this.request === request && !this.stopped) this.lost(error instanceof Refused ? error : null);
    });
  }

  /** @param {AbortController} request */
  async run(request) {
    const giveBack = await takeSlot(this.locks);
    try {
      if (this.pollUrl && (!giveBack || this.tries >= STREAMS_BEFORE_POLLING)) {
        await this.poll(this.pollUrl, request.signal).catch(() => {});
      }
      if (!giveBack) throw new Error("every stream of this browser is taken");
      await this.stream(request);
    } finally {
      giveBack?.();
    }
  }

  /** @param {AbortController} request */
  async stream(request) {
    const response = await this.fetch(this.streamUrl, {
      headers: { Accept: "text/event-stream" },
      cache: "no-store",
      signal: request.signal,
    });
    if (!isStream(response)) throw new Refused(response);
    await this.read(response, request);
    throw new Error("the stream ended");
  }

  /** @param {Response} response @param {AbortController} request */
  async read(response, request) {
    const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
    const decoder = new TextDecoder();
    const feed = eventReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || this.request !== request) return;
      this.heard();
      for (const event of feed(decoder.decode(value, { stream: true }))) this.take(event);
      // A restored backup is behind what we show for good: the next snapshot will be believed.
      if (this.book.overdue() && this.now() - (this.begunAt ?? this.now()) >= GOOD_STREAM_MS) request.abort();
    }
  }

  /** @param {import("./sse.js").StreamEvent} event */
  take(event) {
    const message = JSON.parse(event.data);
    if (event.type === "bye") {
      this.byeMs = message.retry_ms ?? 1000;
      this.screen.onBye?.(this.byeMs);
      this.request?.abort();
      return;
    }
    if (message.at) learnServerTime(message.at, this.now());
    if (!this.book.apply(event.type, message)) this.request?.abort();
  }

  /** Something came: the line is alive. */
  heard() {
    this.heardAt = this.now();
    this.begunAt ??= this.heardAt;
    this.say(true);
    this.listen();
  }

  /** Start the watchdog anew: two pings missed and the connection counts as dead. */
  listen() {
    this.clearTimeout(this.watchdog);
    this.watchdog = this.setTimeout(() => this.request?.abort(), SILENCE_MS);
  }

  /** The connection is gone. Come back after a pause that grows. @param {Refused | null} refusal */
  lost(refusal) {
    this.clearTimeout(this.watchdog);
    this.say(this.pollAfterMs !== null);
    if (refusal?.final) this.screen.onRefused?.(refusal.status);
    if (this.begunAt !== null && this.now() - this.begunAt >= GOOD_STREAM_MS) this.tries = 0;
    this.retryTimer = this.setTimeout(() => this.connect(), this.nextPause(refusal));
    this.tries += 1;
  }

  /** @param {Refused | null} refusal */
  nextPause(refusal) {
    const byeMs = this.byeMs;
    this.byeMs = undefined;
    if (byeMs !== undefined) return byeMs + this.random() * byeMs;
    if (this.pollAfterMs !== null) return this.pollAfterMs * (1 + this.random() / 4);
    const asked = refusal?.retryAfterMs ?? 0;
    if (asked) return asked + (this.random() * asked) / 2;
    return refusal?.final ? LONGEST_PAUSE_MS * 2 : pause(this.tries, this.random);
  }

  /** @param {string} url @param {AbortSignal} signal */
  async poll(url, signal) {
    const headers = new Headers(this.etag ? { "If-None-Match": this.etag } : {});
    const response = await this.fetch(url, { headers, signal });
    if (response.status === 304) return this.heardByPoll(undefined);
    if (!response.ok) return;
    this.etag = response.headers.get("etag") ?? "";
    const { data, poll_after_s: pollAfterS } = await response.json();
    for (const message of data) {
      if (message.at) learnServerTime(message.at, this.now());
      this.book.apply("snapshot", message);
    }
    this.heardByPoll(pollAfterS);
  }

  /** A poll keeps the screen fresh; the stream is tried again all the same. @param {number | undefined} pollAfterS */
  heardByPoll(pollAfterS) {
    this.pollAfterMs = pollAfterS ? pollAfterS * 1000 : POLL_AFTER_MS;
    this.heardAt = this.now();
    this.say(true);
  }

  /** @param {boolean} up */
  say(up) {
    if (this.up === up) return;
    this.up = up;
    this.screen.onLink?.(up, this.heardAt);
  }
}

/** @param {Response} response */
function isStream(response) {
  return response.ok && (response.headers.get("content-type") ?? "").startsWith("text/event-stream");
}

class Refused extends Error {
  /** @param {Response} response */
  constructor(response) {
    super(`refused: ${response.status}`);
    this.status = response.status;
    this.final = [401, 403, 404, 410].includes(response.status);
    this.retryAfterMs = Number(response.headers.get("retry-after") ?? 0) * 1000 || 0;
  }
}
