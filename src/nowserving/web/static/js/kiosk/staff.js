/** A door for staff: five quick touches on the house's name, or Ctrl+Alt+K. It holds nothing secret. */
import { h, icon } from "../dom.js";
import { t } from "../i18n.js";

const TOUCHES = 5;
const WITHIN_MS = 3000;

/**
 * @param {HTMLElement} place where to touch
 * @param {object} hands
 * @param {import("../device/config.js").Config} hands.config
 * @param {() => boolean} hands.faulty
 * @param {(faulty: boolean) => void} hands.onFault
 * @param {() => void} hands.onTest print a slip to see whether it comes out
 * @param {() => void} hands.onReload
 * @param {() => boolean} hands.prints
 */
export function staffDoor(place, hands) {
  /** @type {number[]} */
  let touches = [];
  place.addEventListener("click", (event) => {
    touches = [...touches.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (touches.length < TOUCHES) return;
    touches = [];
    openPanel(hands);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.altKey && event.code === "KeyK") openPanel(hands);
  });
}

/** @param {Parameters<typeof staffDoor>[1]} hands */
function openPanel({ config, faulty, onFault, onTest, onReload, prints }) {
  const panel = /** @type {HTMLDialogElement} */ (h("dialog", { class: "dialog dialog--wide staff", "aria-labelledby": "staff-title" }));
  const close = () => panel.close();
  const act = (/** @type {string} */ picture, /** @type {string} */ words, /** @type {() => void} */ run) =>
    h("button", { type: "button", class: "button button--huge", onclick: () => (close(), run()) }, icon(picture), h("span", {}, words));
  panel.append(
    h("div", { class: "dialog__head" }, h("h2", { id: "staff-title" }, t("For staff"))),
    h("p", { class: "soft" }, `${config.device?.name ?? t("Preview")} · ${config.branch.name}`),
    h(
      "div",
      { class: "staff__keys" },
      faulty() ? act("printer", t("The printer works again"), () => onFault(false)) : act("printer", t("The printer is out of order"), () => onFault(true)),
      prints() && act("receipt", t("Print a test"), onTest),
      act("refresh-cw", t("Load this page again"), onReload),
      act("x", t("Close"), () => {}),
    ),
  );
  panel.addEventListener("close", () => panel.remove());
  document.body.append(panel);
  panel.showModal();
}
