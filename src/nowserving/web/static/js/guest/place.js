/**
 * A phone's own arithmetic: the line tells everybody the same, and each phone knows its own rank.
 *
 * Pure functions, so that "old state + events = fresh state" can be tested without a screen.
 */

/** @typedef {{rank: number, ahead: number, asOf: number}} Place who is ahead of us, as of a version */

/** @param {any} state a ticket's document @returns {Place | null} null: it does not wait */
export function placeOf(state) {
  if (state.rank === undefined || state.ahead === undefined) return null;
  return { rank: state.rank, ahead: state.ahead, asOf: state.as_of };
}

/**
 * The place after an event of the line; an event that the place knows of already changes nothing.
 *
 * @param {Place} place
 * @param {{version: number, left?: number[], came?: number[]}} line
 * @returns {Place}
 */
export function afterLine(place, { version, left = [], came = [] }) {
  if (version <= place.asOf) return place;
  const before = (/** @type {number[]} */ ranks) => ranks.filter((rank) => rank < place.rank).length;
  return { rank: place.rank, ahead: Math.max(0, place.ahead - before(left) + before(came)), asOf: version };
}
