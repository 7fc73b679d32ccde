/** "Enable sound", where a browser wants a touch first; a small mark where there is no sound. */
import { h, icon } from "../dom.js";
import { t } from "../i18n.js";

const REMEMBERED = "ns-sound";

/**
 * @param {HTMLElement} place
 * @param {import("./sound.js").Sound} sound
 * @param {() => boolean} wanted whether this hour and this device want sound at all
 * @returns {() => void} draw it anew
 */
export function soundSwitch(place, sound, wanted) {
  let shown = "";
  const mark = () => h("span", { class: "sound-mark", role: "img", "aria-label": t("Sound is off") }, icon("volume-x"));
  const ask = () => h("button", { type: "button", class: "button", onclick: () => sound.resume() }, icon("volume-2"), h("span", {}, t("Enable sound")));

  /** Somebody touched the screen because it asked: remember it, and let them hear how loud it is. */
  function thank() {
    remember();
    sound.play("chime.wav").catch(() => {});
  }

  function draw() {
    const kind = wanted() && sound.allowed ? "" : !wanted() || isRemembered() ? "mark" : "ask";
    if (kind === shown) return;
    // The touch itself starts the sound, before it becomes a click on the button.
    if (shown === "ask" && sound.allowed && sound.touched) thank();
    shown = kind;
    place.replaceChildren(...(kind === "ask" ? [ask()] : kind === "mark" ? [mark()] : []));
  }

  return draw;
}

function remember() {
  try {
    localStorage.setItem(REMEMBERED, "on");
  } catch {
    // Then it is asked for again next time.
  }
}

function isRemembered() {
  try {
    return localStorage.getItem(REMEMBERED) === "on";
  } catch {
    return false;
  }
}
