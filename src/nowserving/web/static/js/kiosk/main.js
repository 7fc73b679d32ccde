/** Start of the kiosk page: the parts, and the wires between them. */
import { readConfig } from "../device/config.js";
import { tameScreen } from "../device/frame.js";
import { pulse, reload } from "../device/pulse.js";
import { h, setText } from "../dom.js";
import { t } from "../i18n.js";
import { follow } from "../live.js";
import { clockTime, serverNow } from "../time.js";
import { listenToScanner } from "./arrive.js";
import { comfortKeys } from "./comfort.js";
import { idleWatch } from "./idle.js";
import { Kiosk } from "./kiosk.js";
import { fillSlip, printSlip } from "./slip.js";
import { staffDoor } from "./staff.js";
import { languageRow } from "./tongue.js";
import { View } from "./view.js";

/** A restart of the server is over sooner; a longer silence is worth telling. */
const AWAY_AFTER_MS = 6000;

const config = readConfig();
const root = /** @type {HTMLElement} */ (document.getElementById("main"));
const slip = /** @type {HTMLElement} */ (document.getElementById("slip"));
const clock = document.getElementById("clock");

const comfort = comfortKeys(() => kiosk.redraw());
const tongue = languageRow(config, () => {
  comfort.show();
  kiosk.redraw();
});
const view = new View(root, comfort.element);
/** @type {HTMLElement} */ (document.getElementById("languages")).replaceWith(tongue.element);

const sign = pulse(config, { idle: () => kiosk.idle });
const kiosk = new Kiosk({
  view,
  config,
  slip,
  faulty: () => sign.fault() !== "",
  onUnpaired: () => reload(),
  changed: () => tongue.changed() || comfort.changed(),
  forget: () => {
    tongue.reset();
    comfort.reset();
  },
});

const warning = idleWarning();
const watch = idleWatch({
  busy: () => kiosk.begun && !kiosk.ring && !kiosk.joining,
  idleS: () => Number(kiosk.screens.idle_after_s) || 45,
  onWarn: warning.show,
  onCalm: warning.close,
  onReset: () => kiosk.start(),
});
for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, watch.touch, true);

/** @type {ReturnType<typeof setTimeout> | undefined} */
let awayTimer;
follow([config.topic], {
  onState: (_, state) => kiosk.onState(state),
  onLink(up) {
    clearTimeout(awayTimer);
    if (up) kiosk.onLink(true);
    else awayTimer = setTimeout(() => kiosk.onLink(false), AWAY_AFTER_MS);
  },
  // Revoked, or paired with another branch: the server knows which page is ours now.
  onRefused: () => reload(),
});

staffDoor(/** @type {HTMLElement} */ (document.getElementById("staff-door")), {
  config,
  faulty: () => sign.fault() !== "",
  onFault: (faulty) => sign.report(faulty ? "printer" : ""),
  prints: () => kiosk.paper > 0,
  onTest() {
    const now = new Date(serverNow()).toISOString();
    const ticket = { key: "0".repeat(22), code: "A-000", queue: { name: t("Test") }, ahead: 0, joined_at: now, links: { page: "/" } };
    fillSlip(slip, ticket, config);
    printSlip(slip, kiosk.paper);
  },
  onReload: () => reload(),
});

new ResizeObserver(() => kiosk.atHome && kiosk.redraw()).observe(view.stage);
setInterval(tick, 1000);
tick();
tameScreen();
if (config.reservations) listenToScanner(kiosk);

function tick() {
  setText(clock, clockTime(serverNow() * 1000, config.branch.time_zone));
}

/** "Are you still there?", with the seconds that are left. */
function idleWarning() {
  const words = h("p", { class: "text-large" });
  const title = h("h2", { id: "idle-title" });
  const stay = h("button", { type: "button", class: "button button--primary button--huge" }, h("span", {}));
  const box = /** @type {HTMLDialogElement} */ (h("dialog", { class: "dialog idle", "aria-labelledby": "idle-title" }, title, words, stay));
  document.body.append(box);
  return {
    /** @param {number} left */
    show(left) {
      setText(title, t("Are you still there?"));
      setText(words, t("This screen starts again in %(seconds)s s.", { seconds: left }));
      setText(stay.firstElementChild, t("I need more time"));
      if (!box.open) box.showModal();
    },
    close: () => box.close(),
  };
}
