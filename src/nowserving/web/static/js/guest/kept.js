/** The last state that this phone has heard of, for a minute without a network and for a page opened without one. */

const PREFIX = "ns-kept:";

/** @typedef {{state: any, line: any, at: number}} Kept `at` in milliseconds of this phone's clock */

/** @param {string} key @param {{state: any, line: any}} heard @param {Storage} [storage] @param {number} [now] */
export function keep(key, { state, line }, storage = localStorage, now = Date.now()) {
  try {
    // One ticket a phone is enough, and the one before may be somebody's secret.
    for (const name of Object.keys(storage)) if (name.startsWith(PREFIX) && name !== PREFIX + key) storage.removeItem(name);
    storage.setItem(PREFIX + key, JSON.stringify({ state, line, at: now }));
  } catch {
    // A full or forbidden storage: then there is nothing to go back to.
  }
}

/** @param {string} key @param {Storage} [storage] @returns {Kept | null} */
export function recall(key, storage = localStorage) {
  try {
    return JSON.parse(storage.getItem(PREFIX + key) ?? "null");
  } catch {
    return null;
  }
}
