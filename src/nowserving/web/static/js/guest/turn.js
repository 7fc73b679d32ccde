/** Your turn: said once for each call, to eye, ear and hand. */
import { announce } from "../dom.js";
import { t } from "../i18n.js";
import { playSoftly, wakeSound } from "../soft_sound.js";

const PULSE_MS = [250, 120, 250, 120, 500];

/** @type {string | null} the call that was told last, "key:calls" */
let told = null;
/** @type {any} */
let lock = null;
let wanted = false;

/**
 * Whether this is a call that nobody has told yet.
 *
 * @param {string | null} last @param {{state: string, calls?: number, desk?: {id: string}}} state
 * @returns {string | null} what to remember, or null
 */
export function freshCall(last, state) {
  if (state.state !== "called") return null;
  const call = `${state.calls ?? 1}:${state.desk?.id ?? ""}`;
  return call === last ? null : call;
}

/** Where to go: to a desk, to say that one is here, or just to come. @param {any} state */
export function turnWords({ code, desk, by_itself: byItself }) {
  if (desk) return t("It's your turn, %(ticket)s. Please go to %(desk)s.", { ticket: code, desk: desk.name });
  const words = t("It's your turn, %(ticket)s.", { ticket: code });
  return `${words} ${byItself ? t("Please come now and say that you are here.") : t("Please come now.")}`;
}

/** Tell it, if it is new. @param {any} state */
export function tellTurn(state) {
  const call = freshCall(told, state);
  if (state.state !== "called") told = null;
  if (call === null) return;
  told = call;
  announce(turnWords(state), { urgent: true });
  // A browser lets a page shake the phone once the page was touched.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(PULSE_MS);
  if (wanted) ring();
}

/** Three times, with a pause: a phone in a bag. */
function ring() {
  for (const after of [0, 1200, 2400]) setTimeout(() => playSoftly(0.5), after);
}

/** Whether this browser can make sounds at all. */
export function canSound() {
  return "AudioContext" in globalThis;
}

/** The button that allows sound and keeps the screen on. @param {HTMLElement} button */
export function offerAlert(button) {
  button.hidden = !canSound();
  button.addEventListener("click", async () => {
    wanted = !wanted;
    button.setAttribute("aria-pressed", String(wanted));
    if (wanted) {
      await wakeSound();
      playSoftly(0.3);
      announce(t("We will ring when it is your turn. The screen stays on."));
    }
    await keepAwake();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void keepAwake());
}

async function keepAwake() {
  try {
    if (!wanted) await lock?.release();
    lock = wanted ? await /** @type {any} */ (navigator).wakeLock?.request("screen") : null;
  } catch {
    // A phone that saves power says no; the sound comes all the same.
  }
}
