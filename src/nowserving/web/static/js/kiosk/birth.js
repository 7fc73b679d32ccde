/** A date of birth, typed digit by digit: day, month and year, one after the other. */

/** @typedef {{digits: number, most: number}} Part what a part is typed with, and the largest number it can be */
/** @typedef {{texts: string[], at: number}} Typed what stands in each part, and which one is typed now */

/** @param {number} thisYear @returns {Part[]} day, month and year: no order of numbers can be mistaken */
export function partsOf(thisYear) {
  return [{ digits: 2, most: 31 }, { digits: 2, most: 12 }, { digits: 4, most: thisYear }];
}

/** @returns {Typed} */
export function nothing() {
  return { texts: ["", "", ""], at: 0 };
}

/**
 * What stands there after one more digit. "03" is the third, and so is a 3 that is followed by what no day can be.
 *
 * @param {Part[]} parts @param {Typed} typed @param {string} digit @returns {Typed}
 */
export function withDigit(parts, typed, digit) {
  const { at } = typed;
  const { digits, most } = parts[at];
  const text = typed.texts[at] + digit;
  const last = at === parts.length - 1;
  if (text.length > digits || Number(text) > most || (text.length === digits && Number(text) === 0)) {
    // The digit belongs to the next part, unless this one is still nothing.
    const over = Number(typed.texts[at]) > 0 && !last;
    return over ? withDigit(parts, { texts: typed.texts, at: at + 1 }, digit) : typed;
  }
  const texts = typed.texts.map((one, place) => (place === at ? text : one));
  const full = text.length === digits || Number(text) * 10 > most;
  return { texts, at: full && !last ? at + 1 : at };
}

/** What stands there without its last digit: from an empty part one goes back. @param {Typed} typed @returns {Typed} */
export function withoutDigit({ texts, at }) {
  const from = texts[at] === "" && at > 0 ? at - 1 : at;
  return { texts: texts.map((one, place) => (place === from ? one.slice(0, -1) : one)), at: from };
}

/** Begin a part anew. @param {Typed} typed @param {number} at @returns {Typed} */
export function anew({ texts }, at) {
  return { texts: texts.map((one, place) => (place === at ? "" : one)), at };
}

/** What a part looks like while it is typed: "3–". @param {Part} part @param {string} text */
export function shown({ digits }, text) {
  return text + "–".repeat(Math.max(0, digits - text.length));
}

/** The date, or "" while it is none. @param {Typed} typed */
export function dateOf({ texts }) {
  const [day, month, year] = texts.map(Number);
  if (!day || !month || !year || year < 1900) return "";
  const text = `${year}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : "";
}

/** Whether all three are typed and there is no such day. @param {Typed} typed */
export function isNoDay(typed) {
  return typed.texts[2].length === 4 && typed.texts.every((text) => Number(text) > 0) && dateOf(typed) === "";
}
