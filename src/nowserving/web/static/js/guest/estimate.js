/** The wait from the line's pace: the same model as on the server (domain/tickets/estimate.py), a test holds them equal. */

const STEP_S = 30;
const LONGEST_S = 24 * 60 * 60;
const REACH = 1.11;
const UNFORESEEN = 0.006;

/**
 * How the line goes, as everybody in it is told.
 *
 * @typedef {object} Pace
 * @property {number} desks
 * @property {number} [idle]
 * @property {number} [mean_s] not there while nothing is known
 * @property {number} [variation]
 * @property {number} [stays]
 * @property {number} [samples]
 * @property {number} [late_s]
 * @property {number[][]} [places] where the queue calls by itself: from, to, for each of the first places
 */

/** @typedef {{low_s: number, high_s: number}} Range */

/**
 * How long somebody with so many ahead will wait; null when nobody can tell.
 *
 * @param {number} given
 * @param {Pace} pace
 * @returns {Range | null}
 */
export function estimate(given, pace) {
  const { desks, idle = 0, mean_s: mean, variation = 0, stays = 1, late_s: late = 0, places = [] } = pace;
  if (mean === undefined || desks < 1) return null;
  const ahead = Math.max(given, 0);
  const step = mean / desks;
  if (places.length) return inPlaces(ahead, pace, places, step);
  if (ahead < idle) return rounded(0, STEP_S, late);
  const behind = ahead - idle;
  const visits = Math.max(behind * stays + 1 - Math.max(1 - variation, 0) / 2, 0.5);
  const variance = varianceOf(behind, visits, pace);
  const centre = visits - variance / (3 * visits);
  const reach = REACH * Math.sqrt(variance);
  return rounded((centre - reach) * step, (centre + reach) * step, late);
}

/** @param {number} behind @param {number} visits @param {Pace} pace */
function varianceOf(behind, visits, { desks, variation = 0, stays = 1, samples = 0 }) {
  const phase = Math.min(desks / 6, 1) * Math.max(1 - variation, 0);
  const chance = variation * visits + phase + behind * stays * (1 - stays);
  const ignorance = Math.min(variation / Math.max(samples, 1) + UNFORESEEN, 0.5);
  return chance + ignorance * visits * visits;
}

/** @param {number} ahead @param {Pace} pace @param {number[][]} places @param {number} step */
function inPlaces(ahead, pace, places, step) {
  const last = places.length - 1;
  const [low, high] = places[Math.min(ahead, last)];
  if (low === undefined) return null;
  const behind = Math.max(ahead - last, 0);
  const centre = (low + high) / 2 + behind * step;
  const own = (high - low) / 2;
  const more = REACH * step;
  const reach = Math.sqrt(own * own + more * more * (behind ? varianceOf(behind, behind, pace) : 0));
  return rounded(centre - reach, centre + reach, pace.late_s ?? 0);
}

/** Outwards, to half minutes. @param {number} low @param {number} high @param {number} late @returns {Range | null} */
function rounded(low, high, late) {
  if (high + late > LONGEST_S) return null;
  const low_s = STEP_S * Math.floor((Math.max(low, 0) + late) / STEP_S);
  return { low_s, high_s: STEP_S * Math.max(Math.ceil((high + late) / STEP_S), 1) };
}

/** @typedef {{ahead: number, desks: number, high: number, late?: number}} Seen what an estimate was made of */

/**
 * Why an estimate has grown, or "": it may fall freely, but it rises only with a reason.
 *
 * @param {Seen | null} before
 * @param {Seen} now
 * @returns {"" | "late" | "people" | "desks" | "pace"}
 */
export function whyLonger(before, now) {
  if (!before || now.high < before.high + 2 * 60) return "";
  if ((now.late ?? 0) > (before.late ?? 0)) return "late";
  if (now.ahead > before.ahead) return "people";
  return now.desks < before.desks ? "desks" : "pace";
}
