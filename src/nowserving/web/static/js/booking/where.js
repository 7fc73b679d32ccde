/** Where a phone is: asked once, when its owner presses a button that says so. No DOM here. */

const LONGEST_MS = 15_000;
const FRESH_MS = 60_000;
/** Eleven metres: enough to tell whether somebody is near, and not which room they are in. */
const PLACES = 4;

/**
 * Ask a phone where it is; null if it can't or may not say.
 *
 * @param {Pick<Geolocation, "getCurrentPosition"> | undefined} geolocation
 * @returns {Promise<{latitude: string, longitude: string, accuracy_m: number} | null>}
 */
export function whereabouts(geolocation) {
  return new Promise((resolve) => {
    if (!geolocation) return resolve(null);
    const options = { enableHighAccuracy: true, timeout: LONGEST_MS, maximumAge: FRESH_MS };
    geolocation.getCurrentPosition(({ coords }) => resolve(told(coords)), () => resolve(null), options);
  });
}

/** @param {{latitude: number, longitude: number, accuracy: number}} coords */
function told({ latitude, longitude, accuracy }) {
  return { latitude: latitude.toFixed(PLACES), longitude: longitude.toFixed(PLACES), accuracy_m: Math.ceil(accuracy) };
}
