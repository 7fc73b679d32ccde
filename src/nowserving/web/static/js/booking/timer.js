/** How long a time is still kept for a guest: what the timer on the form says. No DOM here. */
import { stopwatch } from "../time.js";

const SHORT_S = 60;

/**
 * What to show of a deadline: "9:59", whether it is short, and whether it is over.
 *
 * @param {number} atUs the deadline, µs since the epoch
 * @param {number} nowMs the server's clock, ms
 */
export function keepOf(atUs, nowMs) {
  const left = (atUs / 1000 - nowMs) / 1000;
  return { words: stopwatch(left), short: left < SHORT_S, over: !(left > 0) };
}
