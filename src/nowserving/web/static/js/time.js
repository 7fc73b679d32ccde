/** Times as people say them, by the server's clock: devices' own clocks drift. */
import { locale, t, tn } from "./i18n.js";

/** A longer wait is said in hours. */
const LONG_MIN = 120;

let offsetMs = 0;

/**
 * Learn the server's clock from the `at` (microseconds) of a message that has just come.
 *
 * @param {number} atUs
 * @param {number} [nowMs]
 */
export function learnServerTime(atUs, nowMs = Date.now()) {
  offsetMs = atUs / 1000 - nowMs;
}

/** The server's present, in milliseconds since the epoch. */
export function serverNow() {
  return Date.now() + offsetMs;
}

/** @param {number} seconds "40 s", "12 min", "1 h 5 min", as on the server. */
export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return t("%(seconds)s s", { seconds: whole });
  return inHours(Math.floor(whole / 60));
}

/** @param {number} whole minutes: "45 min", "2 h", "2 h 15 min" */
function inHours(whole) {
  const minutes = t("%(minutes)s min", { minutes: whole % 60 });
  if (whole < 60) return minutes;
  const hours = tn("%(n)s h", "%(n)s h", Math.floor(whole / 60));
  return whole % 60 ? t("%(hours)s %(minutes)s", { hours, minutes }) : hours;
}

/** @param {number} lowS @param {number} highS "12 to 18 min", "2 h to 2 h 45 min", rounded outwards, as on the server. */
export function waitingRange(lowS, highS) {
  const { low, high } = minutes(lowS, highS);
  if (high > LONG_MIN && low < 1) return t("under %(high)s", { high: inHours(high) });
  if (high > LONG_MIN) return t("%(low)s to %(high)s", { low: inHours(low), high: inHours(high) });
  return low < 1 ? t("under %(high)s min", { high }) : t("%(low)s to %(high)s min", { low, high });
}

/** @param {number} lowS @param {number} highS "About 12 to 18 min", "Under 3 min": the same, as a line of its own. */
export function aboutRange(lowS, highS) {
  const { low, high } = minutes(lowS, highS);
  if (high > LONG_MIN && low < 1) return t("Under %(high)s", { high: inHours(high) });
  if (high > LONG_MIN) return t("About %(low)s to %(high)s", { low: inHours(low), high: inHours(high) });
  return low < 1 ? t("Under %(high)s min", { high }) : t("About %(low)s to %(high)s min", { low, high });
}

/** @param {number} lowS @param {number} highS */
function minutes(lowS, highS) {
  const step = highS > LONG_MIN * 60 ? 15 : highS > 30 * 60 ? 5 : 1;
  const low = Math.floor(lowS / 60 / step) * step;
  const high = Math.max(Math.ceil(highS / 60 / step) * step, low + step);
  return { low, high: low < 1 ? Math.max(high, 2) : high };
}

/** @param {number} seconds "2:05", "1:02:05": a running timer. */
export function stopwatch(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, at) => (at ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** @param {number} atUs @param {string} [zone] "14:05" or "2:05 PM", by language. */
export function clockTime(atUs, zone) {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: zone }).format(atUs / 1000);
}

/** @param {number} atUs @param {string} [zone] */
export function fullTime(atUs, zone) {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short", timeZone: zone }).format(atUs / 1000);
}

/** @param {number} atUs @param {number} [nowMs] "5 minutes ago", "in 2 hours". */
export function relativeTime(atUs, nowMs = serverNow()) {
  const seconds = atUs / 1e6 - nowMs / 1000;
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 45) return words.format(0, "second");
  if (size < 3570) return words.format(Math.round(seconds / 60), "minute");
  if (size < 84600) return words.format(Math.round(seconds / 3600), "hour");
  return words.format(Math.round(seconds / 86400), "day");
}

/** @type {Record<string, (atUs: number, zone?: string) => string>} */
const FORMS = {
  time: clockTime,
  datetime: fullTime,
  relative: (atUs) => relativeTime(atUs),
  elapsed: (atUs) => stopwatch((serverNow() - atUs / 1000) / 1000),
  countdown: (atUs) => stopwatch((atUs / 1000 - serverNow()) / 1000),
  left: (atUs) => duration((atUs / 1000 - serverNow()) / 1000),
  waited: (atUs) => duration((serverNow() - atUs / 1000) / 1000),
};

/**
 * Bring every <time data-at data-form> below `root` up to date.
 *
 * @param {ParentNode} [root]
 */
export function refreshTimes(root = document) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("time[data-at]"))) {
    const { at, form = "time", zone } = element.dataset;
    const words = FORMS[form](Number(at), zone || undefined);
    if (element.textContent !== words) element.textContent = words;
  }
}

/** Keep the times of this page fresh, once a second. Returns the way to stop. */
export function keepTimesFresh() {
  refreshTimes();
  const timer = setInterval(refreshTimes, 1000);
  return () => clearInterval(timer);
}
