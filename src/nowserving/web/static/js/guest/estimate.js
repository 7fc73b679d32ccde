/** The wait from the line's pace: the same model as on the server (domain/tickets/estimate.py), a test holds them equal. */

const STEP_S = 30;
const LONGEST_S = 24 * 60 * 60;
const REACH = 1.11;
const UNFORESEEN = 0.006;
const FEW = 20;
const BEFORE_US = 300e6;

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
 * @property {number[][]} [coming] reservations still to come: rank, start, until (µs), work in seconds, how probably
 */

/** @typedef {{low_s: number, high_s: number}} Range */

/** @typedef {{many: number, visits: number, variance: number}} Expected */

/**
 * How long somebody with so many ahead will wait; null when nobody can tell.
 *
 * @param {number} given
 * @param {Pace} pace
 * @param {number} [rank] who is still to come counts only for a known rank
 * @param {number} [now] in µs
 * @returns {Range | null}
 */
export function estimate(given, pace, rank, now = 0) {
  const { desks, idle = 0, mean_s: mean, late_s: late = 0, places = [] } = pace;
  if (mean === undefined || desks < 1) return null;
  const ahead = Math.max(given, 0);
  const step = mean / desks;
  const more = stillToCome(ahead, pace, rank, now);
  if (places.length) return inPlaces(ahead, pace, places, step, more);
  if (ahead < idle) return rounded(0, STEP_S, late);
  const behind = ahead - idle;
  const visits = visitsOf(ahead, pace) + more.visits;
  const variance = varianceOf(behind, visits, pace) + more.variance;
  const centre = visits - variance / (3 * visits);
  const reach = REACH * Math.sqrt(variance);
  const usual = step / (1 + badLuck(behind, pace));
  return rounded((centre - reach) * usual, (centre + reach) * usual, late);
}

/** By what share the visits that the mean is learnt from were probably longer than the next ones. @param {number} behind @param {Pace} pace */
function badLuck(behind, { desks, variation = 0, samples = 0 }) {
  const seen = Math.max(samples, FEW);
  const inTheMean = Math.max(1 - desks / seen, 0) ** 2;
  const share = ((variation / (1 + variation)) * Math.max(behind, 0)) / seen;
  return inTheMean * Math.min(share, 2 * Math.sqrt(variation / seen), 3);
}

/**
 * What reservations still to come mean for a guest of this rank with so many ahead (domain/tickets/coming.py).
 *
 * @param {number} given
 * @param {Pace} pace
 * @param {number | undefined} rank
 * @param {number} now in µs
 * @returns {Expected}
 */
export function stillToCome(given, pace, rank, now) {
  const { desks, idle = 0, mean_s: mean, places = [], coming = [] } = pace;
  const found = { many: 0, visits: 0, variance: 0 };
  if (rank === undefined || !coming.length || !mean || desks < 1) return found;
  const ahead = Math.max(given, 0);
  let wait = 0;
  if (places.length) {
    const last = places.length - 1;
    const [low, high] = places[Math.min(ahead, last)];
    if (low === undefined) return found;
    wait = (low + high) / 2 + (Math.max(ahead - last, 0) * mean) / desks;
  } else if (ahead < idle) return found;
  else wait = (visitsOf(ahead, pace) * mean) / desks;
  for (const [own, start, until, work, shows] of coming) {
    if (own >= rank) break;
    if (until < now || start - BEFORE_US > now + wait * 1e6) continue;
    const worth = work / mean;
    found.many += 1;
    found.visits += shows * worth;
    found.variance += shows * (1 - shows) * worth * worth;
    wait += (shows * work) / desks;
  }
  return found;
}

/** @param {number} ahead @param {Pace} pace */
function visitsOf(ahead, { idle = 0, variation = 0, stays = 1 }) {
  return Math.max((ahead - idle) * stays + 1 - Math.max(1 - variation, 0) / 2, 0.5);
}

/** @param {number} behind @param {number} visits @param {Pace} pace */
function varianceOf(behind, visits, { desks, variation = 0, stays = 1, samples = 0 }) {
  const phase = Math.min(desks / 6, 1) * Math.max(1 - variation, 0);
  const chance = variation * visits + phase + behind * stays * (1 - stays);
  const ignorance = Math.min(variation / Math.max(samples, 1) + UNFORESEEN, 0.5);
  return chance + ignorance * visits * visits;
}

/** @param {number} ahead @param {Pace} pace @param {number[][]} places @param {number} step @param {Expected} coming */
function inPlaces(ahead, pace, places, step, coming) {
  const last = places.length - 1;
  const [low, high] = places[Math.min(ahead, last)];
  if (low === undefined) return null;
  const behind = Math.max(ahead - last, 0);
  const centre = (low + high) / 2 + (behind + coming.visits) * step;
  const own = (high - low) / 2;
  const more = REACH * step;
  const variance = (behind ? varianceOf(behind, behind, pace) : 0) + coming.variance;
  const reach = Math.sqrt(own * own + more * more * variance);
  return rounded(centre - reach, centre + reach, pace.late_s ?? 0);
}

/** Outwards, to half minutes. @param {number} low @param {number} high @param {number} late @returns {Range | null} */
function rounded(low, high, late) {
  if (high + late > LONGEST_S) return null;
  const low_s = STEP_S * Math.floor((Math.max(low, 0) + late) / STEP_S);
  return { low_s, high_s: STEP_S * Math.max(Math.ceil((high + late) / STEP_S), 1) };
}

/** @typedef {{ahead: number, desks: number, high: number, late?: number, queue?: string}} Seen what an estimate was made of */

/**
 * Why an estimate has grown, or "": it may fall freely, but it rises only with a reason. In another line,
 * to which the guest was sent on, nothing has grown: it is another estimate.
 *
 * @param {Seen | null} before
 * @param {Seen} now
 * @returns {"" | "late" | "people" | "desks" | "pace"}
 */
export function whyLonger(before, now) {
  if (!before || now.queue !== before.queue || now.high < before.high + 2 * 60) return "";
  if ((now.late ?? 0) > (before.late ?? 0)) return "late";
  if (now.ahead > before.ahead) return "people";
  return now.desks < before.desks ? "desks" : "pace";
}
