/** Filling the rows that the server wrote (templates/stand/parts.html). */
import { t, tn } from "../i18n.js";
import { clockTime, duration, waitingRange } from "../time.js";
import { fields, fillTime } from "../desk/parts.js";

/** @typedef {Record<string, any>} Party a party as live/stand.py tells it */
/** @typedef {"waiting" | "called" | "seated" | "missed"} Kind */

/**
 * Write words; nothing to say hides the field.
 *
 * @param {ParentNode} root @param {string} name @param {string | number | null | undefined} words
 */
export function say(root, name, words) {
  const shown = words === null || words === undefined ? "" : String(words);
  for (const field of fields(root, name)) {
    const place = field.matches(".badge") ? (field.querySelector("span") ?? field) : field;
    if (place.textContent !== shown) place.textContent = shown;
    field.hidden = shown === "";
  }
}

/** @param {ParentNode} root @param {string} name @param {boolean} shown */
export function reveal(root, name, shown) {
  for (const field of fields(root, name)) field.hidden = !shown;
}

/** @param {HTMLElement} element @param {Party} row @param {Kind} kind */
export function fillParty(element, row, kind) {
  for (const code of fields(element, "code")) if (code.textContent !== row.code) code.textContent = row.code;
  say(element, "name", row.name);
  say(element, "size", row.party_size);
  say(element, "size_words", tn("%(n)s person", "%(n)s people", row.party_size));
  say(element, "note", row.note);
  reveal(element, "note_line", Boolean(row.note));
  say(element, "priority", row.priority);
  say(element, "passed", row.passed ? tn("passed once", "passed %(n)s times", row.passed) : "");
  reveal(element, "said_badge", Boolean(row.coming_at) && !row.promised);
  reveal(element, "promised_badge", Boolean(row.promised));
  for (const name of ["said", "promised"]) fillTime(element, name, row.coming_at);
  reveal(element, "too_large", Boolean(row.too_large));
  for (const link of fields(element, "details")) {
    link.setAttribute("href", (link.getAttribute("href") ?? "").replace(/party\/.*$/, `party/${encodeURIComponent(row.key)}`));
  }
  for (const input of fields(element, "key")) /** @type {HTMLInputElement} */ (input).value = row.key;
  fillSize(element, row.party_size);
  if (kind === "waiting") fillWaiting(element, row);
  else fillTime(element, "since", row.since_at);
}

/** A number that somebody is changing just now is left alone. @param {HTMLElement} element @param {number} size */
function fillSize(element, size) {
  for (const field of fields(element, "party_size")) {
    if (field !== document.activeElement) /** @type {HTMLInputElement} */ (field).value = String(size);
  }
}

/** @param {HTMLElement} element @param {Party} row */
function fillWaiting(element, row) {
  fillTime(element, "waited", row.joined_at);
  reveal(element, "quoted", row.quoted_high_s !== undefined);
  say(element, "quoted_words", quoteWords(row));
  reveal(element, "soon", Boolean(row.wait));
  say(element, "soon_words", row.wait ? waitingRange(row.wait.low_s, row.wait.high_s) : "");
}

/** @param {Party} row */
function quoteWords({ quoted_low_s: low, quoted_high_s: high }) {
  if (high === undefined) return "";
  return low === high ? duration(high) : waitingRange(low, high);
}

/** When a party's time is over: at the table or to check in. @param {Party} row @returns {number | undefined} */
export function endOf(row) {
  return row.overstayed_at ?? row.deadline_at;
}

/** Whether a party has waited longer than it was told. @param {Party} row @param {number} nowMs */
export function pastQuote(row, nowMs) {
  return row.quoted_high_s !== undefined && nowMs * 1000 > row.joined_at + row.quoted_high_s * 1e6;
}

/** What time alone changes in a row. @param {HTMLElement} element @param {Party} row @param {Kind} kind @param {number} nowMs */
export function tickParty(element, row, kind, nowMs) {
  if (kind === "missed") return;
  const [level] = fields(element, "level");
  if (kind === "waiting") {
    const past = pastQuote(row, nowMs);
    level.dataset.level = past ? "past" : "fine";
    return reveal(element, "past", past);
  }
  const end = endOf(row);
  level.hidden = !end;
  if (!end) return;
  const over = end <= nowMs * 1000;
  level.dataset.level = over ? "past" : "fine";
  for (const time of fields(element, "left")) {
    time.dataset.form = over ? "waited" : kind === "called" ? "countdown" : "left";
    time.dataset.at = String(end);
    time.title = clockTime(end, time.dataset.zone);
  }
  reveal(element, "left_words", !over);
  reveal(element, "over_words", over);
}

/**
 * The party that has given up by itself between two documents, if one has. What staff do is an act of the stand.
 *
 * @param {any} before @param {any} after
 * @returns {Party | undefined}
 */
export function whoLeft(before, after) {
  const cut = before.waiting.length < before.waiting_count || after.waiting.length < after.waiting_count;
  if (cut || before.act?.n !== after.act?.n) return undefined;
  const here = new Set([...after.called, ...after.seated, ...after.waiting, ...after.missed].map((row) => row.key));
  return [...before.called, ...before.waiting].find((row) => !here.has(row.key));
}

/**
 * Why seats are free and nobody is called into them.
 *
 * @param {{code?: string, name?: string, party_size?: number, passed?: number} | undefined} kept @returns {string}
 */
export function holdingWords(kept) {
  if (!kept) return "";
  if (!kept.code) return t("Nobody who waits fits into the free seats.");
  const who = { party: kept.name ?? kept.code, size: kept.party_size };
  if (!kept.passed) return t("Kept for %(party)s, a party of %(size)s: they are first.", who);
  return tn("Kept for %(party)s, a party of %(size)s, passed once.", "Kept for %(party)s, a party of %(size)s, passed %(n)s times.", kept.passed, who);
}

/** What a party is called when it is spoken of. @param {Party} row */
export function partyName(row) {
  return row.name ? t("%(name)s (%(ticket)s)", { name: row.name, ticket: row.code }) : row.code;
}
