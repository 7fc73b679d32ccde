/** The wait from the line's pace: the same model as on the server (domain/estimate.py), a test holds them equal. */

const STEP_S = 30;
const LONGEST_S = 24 * 60 * 60;
const Z80 = 1.2816;

/** @typedef {{desks: number, median_s?: number, p10_s?: number, p90_s?: number}} Pace */

/**
 * How long somebody with so many ahead will wait; null when nobody can tell.
 *
 * @param {number} ahead
 * @param {Pace} pace
 * @returns {{low_s: number, high_s: number} | null}
 */
export function estimate(ahead, { desks, median_s: median, p10_s: p10, p90_s: p90 }) {
  if (median === undefined || p10 === undefined || p90 === undefined || desks < 1) return null;
  const services = Math.max(ahead, 0) + 0.5;
  const mean = 0.3 * p10 + 0.4 * median + 0.3 * p90;
  const deviation = (p90 - p10) / (2 * Z80);
  const middle = (services * mean) / desks;
  const reach = (Z80 * Math.sqrt(services) * deviation) / desks;
  if (middle + reach > LONGEST_S) return null;
  const low = STEP_S * Math.floor(Math.max(middle - reach, 0) / STEP_S);
  return { low_s: low, high_s: STEP_S * Math.max(Math.ceil((middle + reach) / STEP_S), 1) };
}

/** @typedef {{ahead: number, desks: number, high: number}} Seen what an estimate was made of */

/**
 * Why an estimate has grown, or "": it may fall freely, but it rises only with a reason.
 *
 * @param {Seen | null} before
 * @param {Seen} now
 * @returns {"" | "people" | "desks" | "pace"}
 */
export function whyLonger(before, now) {
  if (!before || now.high < before.high + 2 * 60) return "";
  if (now.ahead > before.ahead) return "people";
  return now.desks < before.desks ? "desks" : "pace";
}
