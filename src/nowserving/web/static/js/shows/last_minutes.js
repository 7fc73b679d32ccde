/** The last minutes among the seats: said once, to eye and ear, while there is still time to ask for more. */
import { serverNow } from "../time.js";

/**
 * Whether a time is nearly over: shorter than the warning, and not over yet.
 *
 * @param {number} atUs the deadline, µs since the epoch @param {number} nowMs the server's clock @param {number} warnS
 */
export function isNearlyOver(atUs, nowMs, warnS) {
  const leftS = (atUs / 1000 - nowMs) / 1000;
  return leftS > 0 && leftS <= warnS;
}

/** Watch the clock of the page, if it has one that warns. */
export function warnInTime() {
  const { warn, warnSaid } = document.body.dataset;
  const clock = /** @type {HTMLElement | null} */ (document.querySelector(".keep__left"));
  if (!Number(warn) || !warnSaid || !clock) return;
  const timer = setInterval(() => {
    if (!isNearlyOver(Number(clock.dataset.at), serverNow(), Number(warn))) return;
    clearInterval(timer);
    const box = document.createElement("div");
    box.className = "notice notice--warning";
    box.setAttribute("role", "alert");
    clock.closest(".keep")?.after(box);
    // Filled after it is there: then it is read out.
    setTimeout(() => (box.textContent = warnSaid), 50);
  }, 1000);
}
