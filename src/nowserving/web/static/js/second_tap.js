/** The second tap of a double tap, where a list has moved under the finger in between: it means nothing. */

const PATIENCE_MS = 600;
const REACH_PX = 24;

/**
 * Swallow a tap that falls on another control than the tap just before, at the same place.
 *
 * Pressing one control twice is left alone: it is a stepper's business, or the same press again.
 *
 * @param {EventTarget} root
 */
export function ignoreSecondTaps(root = document) {
  let before = { at: -Infinity, x: 0, y: 0, control: /** @type {Element | null} */ (null) };
  root.addEventListener(
    "click",
    (given) => {
      const event = /** @type {MouseEvent} */ (given);
      // A key that presses a button has no place on the screen.
      if (!event.detail) return;
      const control = /** @type {Element} */ (event.target).closest("button, a, summary, label");
      const tap = { at: event.timeStamp, x: event.clientX, y: event.clientY, control };
      const soon = tap.at - before.at < PATIENCE_MS;
      const near = Math.hypot(tap.x - before.x, tap.y - before.y) < REACH_PX;
      const second = soon && near && control !== before.control;
      before = tap;
      if (!second) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
}
