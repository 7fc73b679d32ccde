/** Nobody touches the kiosk any more: warn, then begin again for the next guest. */

const WARN_S = 15;

/**
 * @typedef {object} Clock what tests replace
 * @property {(f: () => void, ms: number) => any} [setInterval]
 * @property {(timer: any) => void} [clearInterval]
 */

/**
 * Count down while somebody has begun something. `touch` starts the count anew.
 *
 * @param {object} hooks
 * @param {() => boolean} hooks.busy is there anything to clear away?
 * @param {() => number} hooks.idleS how long until it is cleared away
 * @param {(left: number) => void} hooks.onWarn called each second of the warning
 * @param {() => void} hooks.onCalm the warning is over, somebody is there
 * @param {() => void} hooks.onReset
 * @param {Clock} [clock]
 */
export function idleWatch({ busy, idleS, onWarn, onCalm, onReset }, clock = {}) {
  const { setInterval = globalThis.setInterval.bind(globalThis) } = clock;
  let quietS = 0;
  let warned = false;

  function touch() {
    quietS = 0;
    if (warned) onCalm();
    warned = false;
  }

  function tick() {
    if (!busy()) {
      touch();
      return;
    }
    quietS += 1;
    const left = Math.max(idleS(), 2 * WARN_S) - quietS;
    if (left <= 0) {
      touch();
      onReset();
    } else if (left <= WARN_S) {
      warned = true;
      onWarn(left);
    }
  }

  setInterval(tick, 1000);
  return { touch };
}
