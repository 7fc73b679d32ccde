/** Joining by phone, made comfortable: a stepper for the party, live numbers, one press is one place. */
import { linkWatcher } from "../connection.js";
import { setText } from "../dom.js";
import { t, tn } from "../i18n.js";
import { follow } from "../live.js";
import { tameMenus } from "../menu.js";
import { serverNow, waitingRange } from "../time.js";
import { estimate } from "./estimate.js";
import { offerSteppers } from "./stepper.js";

const config = JSON.parse(document.getElementById("offer")?.textContent ?? "{}");

/** What can't be joined now may be open in a minute. */
const LOOK_AGAIN_MS = 60_000;

tameMenus();
offerSteppers();
pressOnce();
if (field("waiting")) follow([`line:${config.queue}`], { onState: (_topic, line) => paint(line), onLine: (_topic, line) => paint(line), onLink: linkWatcher() });
if (document.body.hasAttribute("data-look-again")) setInterval(() => document.visibilityState === "visible" && location.reload(), LOOK_AGAIN_MS);

/** @param {string} name */
function field(name) {
  return document.querySelector(`[data-f="${name}"]`);
}

/** @param {{waiting: number, pace: import("./estimate.js").Pace}} line */
function paint({ waiting, pace }) {
  const many = config.by_itself ? tn("%(n)s party", "%(n)s parties", waiting) : tn("%(n)s person", "%(n)s people", waiting);
  setText(field("waiting"), waiting ? many : t("nobody"));
  const now = serverNow() * 1000;
  const range = estimate(waiting, pace, now, now);
  setText(field("wait"), range ? waitingRange(range.low_s, range.high_s) : t("not known yet"));
}

function pressOnce() {
  const form = document.getElementById("join");
  const button = form?.querySelector("button:not([type])");
  form?.addEventListener("submit", () => button?.setAttribute("aria-busy", "true"));
  // Back from the next page: the button works again.
  window.addEventListener("pageshow", () => button?.removeAttribute("aria-busy"));
}
