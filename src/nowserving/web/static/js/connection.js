/** The banner "Connection lost": thin, never in the way, gone by itself. */
import { setText } from "./dom.js";
import { t } from "./i18n.js";
import { clockTime } from "./time.js";

/** A short break is nobody's business; after this long we say so. */
const SAY_AFTER_MS = 2500;
/** Data older than this is shown as old. */
const STALE_AFTER_MS = 30_000;

/** @type {Map<object, number>} links that are down, and since when */
const down = new Map();
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer;

/**
 * Tell the banner about a link. Give it to live.js: follow(topics, {onLink: linkWatcher()}).
 *
 * @returns {(up: boolean, sinceMs: number) => void}
 */
export function linkWatcher() {
  const link = {};
  return (up, sinceMs) => {
    if (up) down.delete(link);
    else if (!down.has(link)) down.set(link, sinceMs);
    show();
    if (down.size && timer === undefined) timer = setInterval(show, 1000);
  };
}

function show() {
  const since = Math.min(...down.values());
  const age = down.size ? Date.now() - since : 0;
  const banner = document.getElementById("connection");
  if (banner) banner.hidden = age < SAY_AFTER_MS;
  // A page that was kept is of another time, however short ago that was.
  document.documentElement.toggleAttribute("data-stale", age >= STALE_AFTER_MS || (down.size > 0 && "kept" in document.documentElement.dataset));
  if (age >= SAY_AFTER_MS) {
    // A screen on a wall shows the time of its branch, whatever zone its machine is set to.
    const time = clockTime(since * 1000, document.documentElement.dataset.zone);
    setText(document.getElementById("connection-words"), t("Connection lost, trying again. Last update %(time)s.", { time }));
  }
  if (!down.size && timer !== undefined) {
    clearInterval(timer);
    timer = undefined;
  }
}
