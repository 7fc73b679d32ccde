/** When the doors open again, as people say it. */
import { locale, t } from "../i18n.js";
import { clockTime } from "../time.js";

/**
 * "today at 13:00", "tomorrow at 08:00", "on Monday at 08:00", in the branch's zone.
 *
 * @param {number} atUs
 * @param {string} zone
 * @param {number} nowMs
 */
export function openingWords(atUs, zone, nowMs) {
  const time = clockTime(atUs, zone);
  const days = dayNumber(atUs / 1000, zone) - dayNumber(nowMs, zone);
  if (days === 0) return t("We open today at %(time)s.", { time });
  if (days === 1) return t("We open tomorrow at %(time)s.", { time });
  const form = days < 7 ? { weekday: "long" } : { weekday: "long", day: "numeric", month: "long" };
  const day = new Intl.DateTimeFormat(locale, /** @type {Intl.DateTimeFormatOptions} */ ({ ...form, timeZone: zone })).format(atUs / 1000);
  return t("We open on %(day)s at %(time)s.", { day, time });
}

/** The days since the epoch on the calendar of `zone`. @param {number} atMs @param {string} zone */
function dayNumber(atMs, zone) {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone: zone, year: "numeric", month: "numeric", day: "numeric" }).formatToParts(atMs);
  const part = (/** @type {string} */ type) => Number(parts.find((one) => one.type === type)?.value);
  return Math.round(Date.UTC(part("year"), part("month") - 1, part("day")) / 86_400_000);
}
