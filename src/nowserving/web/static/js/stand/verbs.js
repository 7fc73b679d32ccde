/** What a host does: each verb is one request; what it changed comes back over the live line. */
import { announce } from "../dom.js";
import { t } from "../i18n.js";
import { send } from "../send.js";
import { duration } from "../time.js";
import { toast } from "../toast.js";
import { partyName } from "./rows.js";

/** @typedef {{queueId: string, state: any}} Stand */
/** @typedef {Record<string, string>} Fields what stood in the form that was sent */

/** What is being done or waits for it. */
const underWay = new Set();
let last = Promise.resolve();

/**
 * Do a verb, one after the other. A second press while the first is on its way is the same press.
 *
 * @param {Stand} stand
 * @param {string} verb "call", "seat", "free", "extend:10", "requeue:front", "late:5", "tell", "undo", …
 * @param {string} [key] the party's ticket
 * @param {Fields} [given]
 */
export function run(stand, verb, key, given = {}) {
  const press = `${verb} ${key}`;
  if (underWay.has(press)) return last;
  underWay.add(press);
  last = last.then(() => doVerb(stand, verb, key, given)).finally(() => underWay.delete(press));
  return last;
}

/** @param {Stand} stand @param {string} verb @param {string | undefined} key @param {Fields} given */
async function doVerb(stand, verb, key, given) {
  const [name, more] = verb.split(":");
  if (name === "undo") return undo(stand);
  if (name === "late") return late(stand, Number(more));
  if (name === "tell" || name === "untell") return tell(stand, name === "tell" ? (given.text ?? "") : "");
  const row = key && rowOf(stand.state, key);
  if (row) return onParty(stand, name, more, row, given);
}

/** @param {Stand} stand @param {string} name @param {string} more @param {any} row @param {Fields} given */
async function onParty(stand, name, more, row, given) {
  const { path, body } = requestOf(name, more, given);
  const answer = await send("POST", `/tickets/${row.key}/${path}`, { body });
  if (!answer.ok) return complain(answer);
  const words = saidOf(name, more, partyName(row));
  if (words) toast(words, { undo: () => void run(stand, "undo") });
}

/**
 * The request that a verb is.
 *
 * @param {string} name @param {string | undefined} more @param {Fields} given
 * @returns {{path: string, body: Record<string, unknown>}}
 */
export function requestOf(name, more, given) {
  if (name === "free") return { path: "finish", body: {} };
  if (name === "requeue") return { path: "requeue", body: { where: more } };
  if (name === "extend") return { path: "extend", body: { minutes: Number(more) } };
  if (name === "party-size") return { path: "party-size", body: { party_size: Number(given.party_size) } };
  return { path: name, body: {} };
}

/** @param {string} name @param {string} more @param {string} party */
function saidOf(name, more, party) {
  const words = {
    call: t("%(party)s is called.", { party }),
    seat: t("%(party)s is seated.", { party }),
    free: t("The seats of %(party)s are free.", { party }),
    "no-show": t("%(party)s did not come.", { party }),
    cancel: t("%(party)s is off the list.", { party }),
    requeue: t("%(party)s is back in line.", { party }),
    extend: t("%(party)s has %(minutes)s minutes more.", { party, minutes: more }),
    "party-size": t("The party size of %(party)s is changed.", { party }),
  };
  return /** @type {Record<string, string>} */ (words)[name];
}

/**
 * Add a party. Resolves to whether that worked.
 *
 * @param {Stand} stand @param {Record<string, unknown>} body
 */
export async function add({ queueId }, body) {
  const joined = await send("POST", `/queues/${queueId}/tickets`, { body, once: true });
  if (!joined.ok) {
    complain(joined);
    return false;
  }
  const party = partyName({ name: body.name, code: joined.data.code });
  const called = joined.data.state === "called";
  announce(called ? t("%(party)s is called.", { party }) : t("%(party)s is on the list.", { party }));
  toast(called ? t("%(party)s: there is room, they are called already.", { party }) : t("%(party)s is on the list.", { party }), { seconds: 6 });
  return true;
}

/** @param {Stand} stand @param {number} minutes */
async function late({ queueId, state }, minutes) {
  // The queue is told how late it runs in all.
  const all = minutes ? Math.round(state.late_s / 60) + minutes : 0;
  const answer = await send("POST", `/queues/${queueId}/late`, { body: { minutes: all } });
  if (!answer.ok) return complain(answer);
  toast(minutes ? t("Every estimate is %(time)s longer now.", { time: duration(all * 60) }) : t("Estimates are as usual again."), { seconds: 6 });
}

/** @param {Stand} stand @param {string} text */
async function tell({ queueId }, text) {
  const answer = await send("POST", `/queues/${queueId}/message`, { body: { text: text.trim() } });
  if (!answer.ok) return complain(answer);
  toast(text ? t("Everybody waiting can read it now.") : t("Nobody reads it any more."), { seconds: 6 });
}

/** @param {Stand} stand */
async function undo({ queueId }) {
  const answer = await send("POST", `/queues/${queueId}/undo`, { body: {} });
  toast(answer.ok ? t("Undone.") : answer.detail, { seconds: 6 });
}

/** @param {any} state @param {string} key */
export function rowOf(state, key) {
  return [...state.called, ...state.seated, ...state.waiting, ...state.missed].find((row) => row.key === key);
}

/** @param {import("../send.js").Answer} answer */
function complain(answer) {
  toast(answer.document?.errors?.[0]?.detail ?? answer.detail, { seconds: 8 });
}
