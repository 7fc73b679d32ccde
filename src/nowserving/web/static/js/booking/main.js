/** The booking pages, made comfortable. Everything works without this: links and plain forms. */
import { t } from "../i18n.js";
import { tameMenus } from "../menu.js";
import { learnServerTime, serverNow } from "../time.js";
import { keepOf } from "./timer.js";
import { whereabouts } from "./where.js";

/** Who waits for an offer is shown it within so long. */
const LOOK_AGAIN_MS = 30_000;

tameMenus();
// Before the one that forbids a second press: it holds the first one back.
askWhere();
pressOnce();
runTimer();
offerOwnZone();
if (document.body.hasAttribute("data-look-again")) setInterval(() => document.visibilityState === "visible" && location.reload(), LOOK_AGAIN_MS);

/** A second press of a button that is under way does nothing. */
function pressOnce() {
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.hasAttribute("data-sent")) event.preventDefault();
      form.setAttribute("data-sent", "");
      /** @type {SubmitEvent} */ (event).submitter?.setAttribute("aria-busy", "true");
    });
  }
  // Back from the next page: the buttons work again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) form.removeAttribute("data-sent");
    for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  });
}

/** "I'm here", where the house wants guests to be near: the phone is asked then, and only then. */
function askWhere() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-near]"));
  let [asking, answered] = [false, false];
  form?.addEventListener("submit", async (event) => {
    if (answered) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (asking) return;
    asking = true;
    form.querySelector("button")?.setAttribute("aria-busy", "true");
    // Without an answer the form is sent all the same, and the house says where to check in instead.
    const said = Object.entries((await whereabouts(navigator.geolocation)) ?? {});
    for (const [name, value] of said) /** @type {HTMLInputElement} */ (form.elements.namedItem(name)).value = String(value);
    [asking, answered] = [false, true];
    form.requestSubmit();
  });
  window.addEventListener("pageshow", () => (answered = false));
}

/** "9:59": how long a time is still kept. At the end the page says what can be done now. */
function runTimer() {
  const time = /** @type {HTMLElement | null} */ (document.querySelector(".keep__left:not(#line *)"));
  if (!time) return;
  learnServerTime(Number(time.dataset.now));
  const timer = setInterval(tick, 1000);
  tick();

  function tick() {
    const kept = keepOf(Number(time?.dataset.at), serverNow());
    if (time) time.textContent = kept.words;
    time?.closest(".keep")?.classList.toggle("keep--short", kept.short);
    if (!kept.over) return;
    clearInterval(timer);
    // What was typed is kept: only the words change, and sending the form offers the time again.
    if (document.getElementById("book")) say(t("The time we kept for you has run out. Send the form all the same: if it is still free it is yours."));
    else location.reload();
  }
}

/** @param {string} words */
function say(words) {
  const keep = document.querySelector(".keep span");
  if (keep) keep.textContent = words;
}

/** Where the guest's own clock shows another time than the place's, offer to show that one. */
function offerOwnZone() {
  const line = /** @type {HTMLElement | null} */ (document.querySelector("[data-zone-line]"));
  const link = /** @type {HTMLAnchorElement | null} */ (line?.querySelector("[data-zone-other]") ?? null);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!line || !link || !zone || zone === line.dataset.shown || sameClock(zone, line.dataset.own ?? zone)) return;
  link.href = (line.dataset.href ?? "").replace("ZONE", encodeURIComponent(zone));
  link.textContent = t("Show my own time (%(zone)s)", { zone: zone.split("/").pop()?.replaceAll("_", " ") ?? zone });
  link.hidden = false;
}

/** @param {string} one @param {string} other */
function sameClock(one, other) {
  const [a, b] = [one, other].map((timeZone) => new Intl.DateTimeFormat("en", { timeZone, dateStyle: "short", timeStyle: "short" }).format(Date.now()));
  return a === b;
}
