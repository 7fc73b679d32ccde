/** What an agent does: each verb is one request; what it changed comes back over the live line. */
import { announce } from "../dom.js";
import { t } from "../i18n.js";
import { send } from "../send.js";
import { toast } from "../toast.js";
import { allQueues, ask, askTransfer, askWalkIn } from "./ask.js";
import { fill } from "./parts.js";

/** @typedef {{deskId: string, state: any}} Desk */

const ON_TICKET = new Set(["recall", "start", "finish", "no-show", "park", "cancel"]);
const AT_LIST = new Set(["park", "cancel"]);

/** What is being done or waits for it. */
const underWay = new Set();
let last = Promise.resolve();

/**
 * Do a verb, one after the other. A second press while the first is on its way is the same press.
 *
 * @param {Desk} desk
 * @param {string} verb "call-next", "call", "recall", "requeue:front", "transfer", "open", "undo", …
 * @param {string} [key] the ticket; without it the one that is at the desk when its turn comes
 */
export function run(desk, verb, key) {
  const press = `${verb} ${key}`;
  if (underWay.has(press)) return last;
  underWay.add(press);
  last = last.then(() => doVerb(desk, verb, key ?? desk.state.current?.key)).finally(() => underWay.delete(press));
  return last;
}

/** @param {Desk} desk @param {string} verb @param {string | undefined} key */
async function doVerb(desk, verb, key) {
  const [name, where] = verb.split(":");
  if (name === "call-next") return callNext(desk);
  if (name === "walk-in") return walkIn(desk);
  if (name === "undo") return undo(desk);
  if (["open", "pause", "close"].includes(name)) return duty(desk, name);
  if (!key) return say(t("Nobody is at this desk."));
  if (name === "call") return call(desk, key);
  if (name === "transfer") return transfer(desk, key);
  if (name === "requeue") return requeue(desk, key, where);
  if (ON_TICKET.has(name)) return onTicket(desk, name, key);
}

/** @param {Desk} desk */
async function callNext({ deskId }) {
  const answer = await send("POST", `/desks/${deskId}/call-next`, { body: {}, once: true });
  if (answer.ok) announce(t("%(ticket)s is called.", { ticket: answer.data.ticket.code }));
  else if (answer.code === "queue_empty") say(t("Nobody is waiting. Time to breathe."));
  else say(answer.detail);
}

/** @param {Desk} desk @param {string} key @param {boolean} [anyway] */
async function call(desk, key, anyway = false) {
  const answer = await send("POST", `/desks/${desk.deskId}/call`, { body: { key, anyway } });
  if (answer.ok) return announce(t("%(ticket)s is called.", { ticket: answer.data.ticket.code }));
  if (answer.code !== "at_other_desk") return say(answer.detail);
  fill(/** @type {HTMLElement} */ (document.getElementById("elsewhere")), "words", answer.detail);
  if (await ask("elsewhere")) await call(desk, key, true);
}

/** @param {Desk} desk @param {string} verb @param {string} key */
async function onTicket(desk, verb, key) {
  const code = codeOf(desk, key);
  const body = AT_LIST.has(verb) ? from(desk) : {};
  const answer = await send("POST", `/tickets/${key}/${verb}`, { body });
  if (!answer.ok) return say(answer.detail);
  const words = { "no-show": t("%(ticket)s did not come.", { ticket: code }), park: t("%(ticket)s is parked.", { ticket: code }), cancel: t("%(ticket)s is cancelled.", { ticket: code }) };
  const said = /** @type {Record<string, string>} */ (words)[verb];
  if (verb === "no-show") offerRequeue(desk, key, said);
  else if (said) toast(said, { undo: () => void run(desk, "undo") });
}

/** A no-show asks nothing; what may follow is offered in passing. @param {Desk} desk @param {string} key @param {string} said */
function offerRequeue(desk, key, said) {
  const back = (/** @type {string} */ where) => () => void run(desk, `requeue:${where}`, key);
  toast(said, {
    undo: () => void run(desk, "undo"),
    actions: [
      { label: t("To the front"), run: back("front") },
      { label: t("Middle"), run: back("middle") },
      { label: t("End"), run: back("end") },
    ],
    seconds: 20,
  });
}

/** @param {Desk} desk @param {string} key @param {string} where */
async function requeue(desk, key, where) {
  const code = codeOf(desk, key);
  const answer = await send("POST", `/tickets/${key}/requeue`, { body: { where, ...from(desk) } });
  if (answer.ok) toast(t("%(ticket)s is back in line.", { ticket: answer.data.code ?? code }), { undo: () => void run(desk, "undo") });
  else say(answer.detail);
}

/** @param {Desk} desk @param {string} key */
async function transfer(desk, key) {
  const row = rowOf(desk, key);
  const target = await askTransfer(desk.state, row?.code ?? "", row?.queue_id ?? "");
  if (!target) return;
  const answer = await send("POST", `/tickets/${key}/transfer`, { body: { ...target, ...from(desk) } });
  if (!answer.ok) return say(answer.detail);
  const queue = allQueues(desk.state).find(([id]) => id === target.queue_id)?.[1].name ?? "";
  toast(t("%(ticket)s goes to %(queue)s.", { ticket: row?.code ?? "", queue }), { undo: () => void run(desk, "undo") });
}

/** @param {Desk} desk */
async function walkIn(desk) {
  const asked = await askWalkIn(desk.state);
  if (!asked) return;
  const joined = await send("POST", `/queues/${asked.queue_id}/tickets`, { body: asked.body, once: true });
  if (!joined.ok) return say(joined.document.errors?.[0]?.detail ?? joined.detail);
  if (asked.call) return call(desk, joined.data.key);
  toast(t("The ticket is %(ticket)s. Please tell the guest.", { ticket: joined.data.code }), { seconds: 20 });
}

/** @param {Desk} desk */
async function undo({ deskId }) {
  const answer = await send("POST", `/desks/${deskId}/undo`, { body: {} });
  say(answer.ok ? t("Undone.") : answer.detail);
}

/** @param {Desk} desk @param {string} verb */
async function duty({ deskId }, verb) {
  const answer = await send("POST", `/desks/${deskId}/${verb}`, { body: {} });
  if (!answer.ok) say(answer.detail);
}

/** The desk that acts, for the log and for undo; on the overview there may be none. @param {Desk} desk */
function from({ deskId }) {
  return deskId ? { desk_id: deskId } : {};
}

/** @param {Desk} desk @param {string} key */
function rowOf({ state }, key) {
  return [state.current, ...state.next, ...state.aside].find((row) => row?.key === key);
}

/** @param {Desk} desk @param {string} key */
function codeOf(desk, key) {
  return rowOf(desk, key)?.code ?? "";
}

/** @param {string} words */
function say(words) {
  toast(words, { seconds: 6 });
}
