/** What a kiosk offers, worked out from the branch's document. No DOM here. */

/**
 * @typedef {object} Offer a queue, as a guest may choose it
 * @property {string} id
 * @property {string} name
 * @property {string} icon
 * @property {number} place
 * @property {string} [department_id]
 * @property {number} waiting
 * @property {"open" | "paused" | "closed" | "full" | "reserved"} can_join
 * @property {{low_s: number, high_s: number}} [wait]
 * @property {boolean} ask_name
 * @property {boolean} ask_party
 * @property {number} max_party
 * @property {{code: string, name: string}[]} priorities
 * @property {string[]} [roads] by what its guests can be told who leave a contact
 *
 * @typedef {{id: string, name: string, offers: Offer[]}} Group
 * @typedef {{columns: number, rows: number}} Room how many cards find room on the screen
 */

export const MOST_ON_A_PAGE = 8;
/** A heading takes this part of a card's height. */
const HEADING = 0.3;
/** A wide screen shows so many side by side before it begins a second row. */
const ABREAST = 3;

/**
 * The queues that this kiosk offers, in the order an admin gave them.
 *
 * @param {any} state the document of topic kiosk:…
 * @param {string[]} [only] a device may offer some queues only
 * @returns {Offer[]}
 */
export function offersOf(state, only = []) {
  const found = Object.entries(state.queues ?? {}).map(([id, queue]) => ({ id, ...queue }));
  const offered = only.length ? found.filter((offer) => only.includes(offer.id)) : found;
  return offered.sort((one, other) => one.place - other.place);
}

/**
 * The same by department, in the order of the departments; queues of no department come last.
 *
 * @param {any} state
 * @param {Offer[]} offers
 * @returns {Group[]}
 */
export function groupsOf(state, offers) {
  const departments = Object.entries(state.departments ?? {}).sort(([, one], [, other]) => one.place - other.place);
  const groups = departments.map(([id, { name }]) => ({ id, name, offers: offers.filter((offer) => offer.department_id === id) }));
  const rest = offers.filter((offer) => !(offer.department_id && offer.department_id in (state.departments ?? {})));
  return [...groups, { id: "", name: "", offers: rest }].filter((group) => group.offers.length);
}

/**
 * Why nobody can take a ticket here, or "open" when somebody can.
 *
 * @param {any} state
 * @param {Offer[]} offers
 * @returns {"open" | "closed" | "full" | "paused" | "empty"}
 */
export function doorsOf(state, offers) {
  if (!offers.length) return "empty";
  const reasons = new Set(offers.map((offer) => offer.can_join));
  if (reasons.has("open")) return "open";
  // One that is full or takes a pause may open again while the guest stands here.
  if (reasons.has("full")) return "full";
  if (reasons.has("paused")) return "paused";
  return "closed";
}

/**
 * How the first screen is laid out: every queue at once under the names of the departments; without
 * the names where only the cards find room; otherwise the departments first, their queues behind them.
 *
 * @param {Group[]} groups
 * @param {Room} room
 * @returns {{nested: boolean, columns: number, groups: Group[]}}
 */
export function planOf(groups, room) {
  const offers = groups.flatMap((group) => group.offers);
  const flat = { nested: false, columns: columnsFor(offers.length, room), groups: [{ id: "all", name: "", offers }] };
  if (groups.length < 2) return flat;
  const columns = Math.min(room.columns, Math.max(...groups.map((group) => group.offers.length)));
  const rows = groups.reduce((sum, group) => sum + Math.ceil(group.offers.length / columns) + HEADING, 0);
  if (offers.length <= MOST_ON_A_PAGE && rows <= room.rows) return { nested: false, columns, groups };
  return offers.length <= pageSize(room) ? flat : { nested: true, columns: columnsFor(groups.length, room), groups };
}

/**
 * As few columns as find room, so that the cards are wide: names are long.
 *
 * @param {number} count
 * @param {Room} room
 */
export function columnsFor(count, room) {
  const least = room.columns > 2 ? Math.min(count, ABREAST) : 1;
  return Math.min(room.columns, Math.max(1, least, Math.ceil(Math.min(count, pageSize(room)) / room.rows)));
}

/**
 * How many cards one page holds.
 *
 * @param {Room} room
 */
export function pageSize({ columns, rows }) {
  return Math.max(1, Math.min(MOST_ON_A_PAGE, columns * rows));
}

/**
 * One page of a list; a page that is gone (the list became shorter) is the last one.
 *
 * @template T
 * @param {T[]} list
 * @param {number} size
 * @param {number} page
 * @returns {{shown: T[], page: number, pages: number}}
 */
export function pageOf(list, size, page) {
  const pages = Math.max(1, Math.ceil(list.length / size));
  const at = Math.max(0, Math.min(page, pages - 1));
  return { shown: list.slice(at * size, (at + 1) * size), page: at, pages };
}

/**
 * The priorities that any of these queues knows, each once.
 *
 * @param {Offer[]} offers
 * @returns {{code: string, name: string}[]}
 */
export function prioritiesOf(offers) {
  return [...new Map(offers.flatMap((offer) => offer.priorities).map((one) => [one.code, one])).values()];
}

/**
 * What a queue asks before it gives a ticket, in the order it asks. A priority is asked for only
 * when the guest has said that one applies: everybody else has a ticket with one touch.
 *
 * @param {Offer} offer
 * @param {boolean} prioritised
 * @returns {("priority" | "party" | "name")[]}
 */
export function questionsOf(offer, prioritised) {
  /** @type {("priority" | "party" | "name")[]} */
  const questions = [];
  if (prioritised && offer.priorities.length > 1) questions.push("priority");
  if (offer.ask_party && offer.max_party > 1) questions.push("party");
  if (offer.ask_name) questions.push("name");
  return questions;
}
