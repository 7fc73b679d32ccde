/**
 * Over HTTP/1.1 a browser opens six connections to a server, for all its tabs together. Seven
 * screens with a stream each would leave none for the pages themselves, so at most four tabs hold
 * a stream; the others poll until one is free. Over HTTP/2 there is no such limit.
 */
const SLOTS = 4;

/**
 * Take a slot, if there is one.
 *
 * @param {LockManager | null} locks
 * @returns {Promise<(() => void) | null>} gives it back; null when all are taken
 */
export function takeSlot(locks) {
  if (!locks) return Promise.resolve(() => {});
  return new Promise((resolve, reject) => {
    /** @param {number} number */
    function ask(number) {
      if (number === SLOTS) return resolve(null);
      locks
        ?.request(`ns-stream-${number}`, { ifAvailable: true }, (lock) => {
          if (!lock) return ask(number + 1);
          return new Promise((release) => resolve(() => release(undefined)));
        })
        .catch(reject);
    }
    ask(0);
  });
}

/**
 * The browser's locks, where slots matter. They exist in secure contexts only.
 *
 * A page that came through a service worker does not know its protocol: then slots matter too.
 */
export function browserLocks() {
  const [page] = globalThis.performance?.getEntriesByType("navigation") ?? [];
  const protocol = /** @type {PerformanceNavigationTiming | undefined} */ (page)?.nextHopProtocol ?? "";
  return /^h[23]/.test(protocol) ? null : (globalThis.navigator?.locks ?? null);
}
