/** Sifting the line: what the page holds is sifted here, what it does not hold is asked for. */
import { send } from "../send.js";

const PAGE = 200;
const MOST_PAGES = 25;

/**
 * The rows that fit.
 *
 * @param {any[]} rows @param {string} words part of a code or a name @param {string} queueId "" for all
 */
export function sifted(rows, words, queueId) {
  const wanted = words.toLowerCase();
  const says = (/** @type {any} */ row) => row.code.toLowerCase().includes(wanted) || (row.name ?? "").toLowerCase().includes(wanted);
  return rows.filter((row) => (!queueId || row.queue_id === queueId) && (!wanted || says(row)));
}

/**
 * Ask for so many pages of those who wait.
 *
 * @param {string} branchId
 * @param {{words: string, queueId: string, pages: number, queues: Record<string, any>}} wanted
 * @returns {Promise<{rows: any[], more: boolean} | null>} null: they could not be had
 */
export async function moreRows(branchId, { words, queueId, pages, queues }) {
  /** @type {any[]} */
  const rows = [];
  let cursor = "";
  for (let page = 0; page < Math.min(pages, MOST_PAGES); page += 1) {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (words) query.set("find", words);
    if (queueId) query.set("queue_id", queueId);
    if (cursor) query.set("cursor", cursor);
    const answer = await send("GET", `/branches/${branchId}/tickets?${query}`);
    if (!answer.ok) return null;
    rows.push(...answer.data.map((/** @type {any} */ ticket) => rowOf(ticket, queues)));
    cursor = answer.document.next ?? "";
    if (!cursor) break;
  }
  return { rows, more: cursor !== "" };
}

/** A ticket of the API as a row of the document. @param {any} ticket @param {Record<string, any>} queues */
export function rowOf(ticket, queues) {
  const queue = queues[ticket.queue.id];
  const priority = queue?.priorities?.find((/** @type {any} */ one) => one.code === ticket.priority)?.name ?? ticket.priority;
  return { ...ticket, queue_id: ticket.queue.id, queue: queue?.name ?? ticket.queue.name, priority, joined_at: Date.parse(ticket.joined_at) * 1000 };
}
