/** The pages of shows. Without this they read themselves again by their head, and every step is a plain form. */
import "../booking/main.js";
import { warnInTime } from "./last_minutes.js";
import { keepLine } from "./line.js";

const line = document.getElementById("line");
if (line) keepLine(line);
else lookAgain(Number(document.body.dataset.again));
warnInTime();
for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-print]"))) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/** Not all of a hall in the same instant. @param {number} seconds */
function lookAgain(seconds) {
  if (seconds) setTimeout(() => location.reload(), seconds * 1000 * (0.9 + 0.2 * Math.random()));
}
