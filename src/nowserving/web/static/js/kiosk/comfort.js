/** What a guest may change to see and reach better. It lasts for one guest. */
import { h, icon } from "../dom.js";
import { t } from "../i18n.js";

const SIZES = ["normal", "large", "largest"];

/**
 * The three keys at the foot: larger text, more contrast, keys lower down.
 *
 * @param {() => void} onChange
 */
export function comfortKeys(onChange) {
  const root = document.documentElement;
  let size = 0;

  const text = key("type", () => (size = (size + 1) % SIZES.length));
  const contrast = key("contrast", () => root.toggleAttribute("data-more"));
  const low = key("accessibility", () => root.toggleAttribute("data-low"));
  const element = h("div", { class: "comfort", role: "group" }, text, contrast, low);

  /** @param {string} picture @param {() => void} change */
  function key(picture, change) {
    const press = () => {
      change();
      show();
      onChange();
    };
    return h("button", { type: "button", class: "button button--huge", "aria-pressed": "false", onclick: press }, icon(picture), h("span", {}));
  }

  function show() {
    const more = root.hasAttribute("data-more");
    if (size) root.dataset.text = SIZES[size];
    else delete root.dataset.text;
    if (more) root.dataset.contrast = "more";
    else delete root.dataset.contrast;
    element.setAttribute("aria-label", t("Make it easier"));
    name(text, t("Larger text"), size > 0);
    name(contrast, t("More contrast"), more);
    name(low, t("Keys lower down"), root.hasAttribute("data-low"));
  }

  /** @param {HTMLElement} button @param {string} words @param {boolean} pressed */
  function name(button, words, pressed) {
    /** @type {HTMLElement} */ (button.lastElementChild).textContent = words;
    button.setAttribute("aria-pressed", String(pressed));
  }

  function reset() {
    size = 0;
    root.removeAttribute("data-more");
    root.removeAttribute("data-low");
    show();
  }

  show();
  return { element, show, reset, changed: () => size > 0 || root.hasAttribute("data-more") || root.hasAttribute("data-low") };
}
