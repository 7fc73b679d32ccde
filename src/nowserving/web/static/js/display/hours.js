/** What the hour has to do with a display: quiet times and the look at night. */

const EVENING = 20 * 60;
const MORNING = 6 * 60;

/** Minutes since midnight on the clock of `zone`. @param {number} nowMs @param {string} zone */
export function minuteOfDay(nowMs, zone) {
  const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).formatToParts(nowMs);
  const part = (/** @type {string} */ type) => Number(parts.find((one) => one.type === type)?.value);
  return part("hour") * 60 + part("minute");
}

/**
 * Whether a minute lies in quiet hours; they may run over midnight.
 *
 * @param {number} minute
 * @param {string | null} from "22:00"
 * @param {string | null} until "07:00"
 */
export function isQuiet(minute, from, until) {
  if (!from || !until) return false;
  const [begin, end] = [minutes(from), minutes(until)];
  return begin <= end ? minute >= begin && minute < end : minute >= begin || minute < end;
}

/**
 * The look for now: by day light, at night and while the house is closed dark, which spares screen and eyes.
 *
 * @param {string} theme "auto", "light", "dark"
 * @param {number} minute
 * @param {boolean} open
 */
export function themeFor(theme, minute, open) {
  if (theme !== "auto") return theme;
  return !open || minute >= EVENING || minute < MORNING ? "dark" : "light";
}

/** @param {string} time */
function minutes(time) {
  const [hours, rest] = time.split(":").map(Number);
  return hours * 60 + rest;
}
