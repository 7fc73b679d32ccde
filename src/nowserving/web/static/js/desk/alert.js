/** The alert: somebody has joined an empty line. A soft sound, the title's count, a notice if wished for. */
import { t } from "../i18n.js";
import { playSoftly } from "../soft_sound.js";

/** @param {any} state a desk's document @returns {number} */
export function waitingAt(state) {
  return Object.values(state.queues ?? {}).reduce((sum, queue) => sum + queue.waiting, 0);
}

/**
 * Whether somebody has come where nobody was waiting.
 *
 * @param {any} before @param {any} after two documents of one desk
 */
export function woke(before, after) {
  return before !== null && waitingAt(before) === 0 && waitingAt(after) > 0;
}

/** @param {number} waiting @param {string} desk @returns {string} "(4) Desk 3 · Now Serving" */
export function titleOf(waiting, desk) {
  const name = `${desk} · ${t("Now Serving")}`;
  return waiting ? `(${waiting}) ${name}` : name;
}

/**
 * Alert the agent.
 *
 * @param {any} state
 * @param {{sound: boolean, notices: boolean}} wishes
 */
export function alertAgent(state, { sound, notices }) {
  if (sound) playSoftly();
  if (!notices || globalThis.Notification?.permission !== "granted") return;
  const first = state.next?.[0];
  const notice = new Notification(t("Somebody is waiting"), { body: first ? `${first.code} · ${first.queue}` : "", tag: "joined" });
  notice.onclick = () => (globalThis.focus(), notice.close());
}

/** Ask the browser whether notices may be shown. Only after a tap. @returns {Promise<boolean>} */
export async function mayNotify() {
  if (!("Notification" in globalThis)) return false;
  return (await Notification.requestPermission()) === "granted";
}
