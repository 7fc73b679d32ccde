/**
 * A device's sign of life: once a minute it says that it lives and what it lacks, and hears what has
 * changed for it. A newer version of the pages, or other settings, are loaded when nobody is in the middle
 * of something, and only when the server has just answered: a page that fails to load would stay dead.
 */

const EVERY_MS = 60_000;
const PATIENCE_MS = 10_000;

/**
 * @param {import("./config.js").Config} config
 * @param {{idle: () => boolean}} hooks
 */
export function pulse(config, { idle }) {
  let fault = config.fault;

  /** @param {{fault?: string}} [news] what this device has to say beyond that it lives */
  async function beat(news = {}) {
    const answer = await send(config, news);
    if (answer === "stranger" || (answer && answer.mark !== config.mark)) await reload(idle);
    else if (answer) fault = answer.fault;
  }

  beat();
  // Not all devices of a house at the same instant after a power cut.
  setTimeout(() => setInterval(() => beat(), EVERY_MS), Math.random() * EVERY_MS);
  return {
    beat: () => beat(),
    /** @param {string} words what the device lacks, "" nothing */
    report(words) {
      fault = words;
      return beat({ fault: words });
    },
    fault: () => fault,
  };
}

/**
 * @param {import("./config.js").Config} config
 * @param {{fault?: string}} news
 * @returns {Promise<any>} what the server says, "stranger" when it does not know this device, null when it is away
 */
async function send(config, news) {
  try {
    const response = await fetch(`/${config.kind}/pulse${location.search}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(news),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.status === 401) return "stranger";
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Load the page anew, if it can be had this very moment. @param {() => boolean} idle */
export async function reload(idle = () => true) {
  if (!idle()) return;
  try {
    const response = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.ok && idle()) location.reload();
  } catch {
    // The next beat tries again.
  }
}
