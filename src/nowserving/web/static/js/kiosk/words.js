/** What a kiosk says about queues, tickets and doors, in the guest's language. */
import { t, tn } from "../i18n.js";
import { waitingRange } from "../time.js";

/** Whoever waits as a party is no one person. @param {number} waiting @param {boolean} [parties] */
export function peopleWaiting(waiting, parties) {
  if (waiting && parties) return tn("%(n)s waiting", "%(n)s waiting", waiting);
  return waiting ? tn("%(n)s person waiting", "%(n)s people waiting", waiting) : t("Nobody is waiting");
}

/** @param {{low_s: number, high_s: number} | null | undefined} wait */
export function waitWords(wait) {
  if (!wait) return t("waiting time not known yet");
  const range = waitingRange(wait.low_s, wait.high_s);
  // "Under 3 min" is vague enough by itself.
  return wait.low_s < 60 ? range : t("about %(range)s", { range });
}

/** @param {number} ahead */
export function peopleAhead(ahead) {
  return ahead ? tn("%(n)s person ahead of you", "%(n)s people ahead of you", ahead) : t("You are the next");
}

/** Why a queue gives no tickets now. @param {string} state @param {boolean} open whether the branch is open */
export function closedWords(state, open) {
  if (state === "paused") return t("Takes a short break");
  if (state === "full") return t("Full just now, please try again later");
  if (state === "reserved") return t("Only with a reservation");
  return open ? t("No more tickets today") : t("Closed now");
}

/** Why the server gave no ticket. @param {string} code */
export function refusalWords(code) {
  if (code === "queue_paused") return t("This queue takes a short break. Please try again in some minutes.");
  if (code === "queue_full") return t("This queue is full just now. Please try again later.");
  if (code === "queue_closed") return t("This queue has closed. No more tickets are given today.");
  if (code === "no_walk_ins") return t("This queue is for people with a reservation.");
  return t("That did not work. Please see a member of staff.");
}
