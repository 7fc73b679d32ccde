/**
 * What is known of each topic, kept free of gaps and never older than what was shown.
 *
 * Old snapshot + patches = fresh snapshot. A patch that doesn't follow the document we hold means
 * that something was missed, and the only cure is a fresh snapshot.
 */
import { merged } from "./patch.js";

/** How long a server may seem to be behind what was shown before we believe it (a restored backup). */
const BELIEVE_AFTER_MS = 30_000;

/**
 * @typedef {{version: number, shown: number, state: any, behindSince: number | null}} Topic
 * @typedef {{topic: string, version: number, prev?: number, state?: any, patch?: any}} LiveMessage
 */

/**
 * @param {{onState: (topic: string, state: any, version: number) => void, onLine: (topic: string, line: any) => void}} screen
 * @param {() => number} now
 */
export function topicBook(screen, now) {
  /** @type {Map<string, Topic>} */
  const topics = new Map();

  /** @param {LiveMessage} message */
  function snapshot({ topic, version, state }) {
    const known = topics.get(topic);
    const shown = known?.shown ?? -1;
    const behind = version < shown;
    const behindSince = behind ? (known?.behindSince ?? now()) : null;
    const believed = behindSince !== null && now() - behindSince >= BELIEVE_AFTER_MS;
    topics.set(topic, { version, shown: believed ? -1 : shown, state, behindSince: believed ? null : behindSince });
    show(topic);
  }

  /** @param {LiveMessage} message @returns {boolean} false: there is a gap */
  function follows({ topic, version, prev }) {
    const known = topics.get(topic);
    if (!known) return false;
    if (version <= known.version) return true;
    return prev === known.version;
  }

  /** @param {LiveMessage} message */
  function patch(message) {
    const known = /** @type {Topic} */ (topics.get(message.topic));
    if (message.version <= known.version) return;
    known.version = message.version;
    known.state = merged(known.state, message.patch);
    show(message.topic);
  }

  /** @param {LiveMessage} message */
  function line(message) {
    const known = /** @type {Topic} */ (topics.get(message.topic));
    if (message.version <= known.version) return;
    known.version = message.version;
    if (message.version <= known.shown) return;
    known.shown = message.version;
    screen.onLine(message.topic, message);
  }

  /** @param {string} topic */
  function show(topic) {
    const known = /** @type {Topic} */ (topics.get(topic));
    if (known.version < known.shown) return;
    known.shown = known.version;
    known.behindSince = null;
    screen.onState(topic, known.state, known.version);
  }

  return {
    /**
     * Apply one event of the stream. False means: something was missed, read everything afresh.
     *
     * @param {string} type
     * @param {LiveMessage} message
     */
    apply(type, message) {
      if (type === "snapshot") snapshot(message);
      else if (!follows(message)) return false;
      else if (type === "patch") patch(message);
      else if (type === "line" || type === "seats") line(message);
      return true;
    },
    /** Whether a topic has been behind for so long that it needs a fresh snapshot, to be believed with. */
    overdue: () => [...topics.values()].some(({ behindSince }) => behindSince !== null && now() - behindSince >= BELIEVE_AFTER_MS),
    /** @param {string} topic */
    stateOf: (topic) => topics.get(topic)?.state,
  };
}
