/** What a person wishes of the desk on this device: shortcuts, sound, notices. Kept in this browser. */
import { mayNotify } from "./alert.js";
import { wakeSound } from "../soft_sound.js";

const PLACE = "ns-desk";

/** @typedef {{keyboard: boolean, sound: boolean, notices: boolean}} Wishes */

/** @param {string | null} kept @param {boolean} keyboard what the account says @returns {Wishes} */
export function wishesFrom(kept, keyboard) {
  const wishes = { keyboard, sound: true, notices: false };
  try {
    const found = JSON.parse(kept ?? "{}");
    for (const name of /** @type {(keyof Wishes)[]} */ (Object.keys(wishes))) {
      if (typeof found?.[name] === "boolean") wishes[name] = found[name];
    }
  } catch {
    // What can't be read was never kept.
  }
  return wishes;
}

/**
 * The wishes of this device, bound to the switches on the page.
 *
 * @param {boolean} keyboard
 * @returns {Wishes}
 */
export function settings(keyboard) {
  const wishes = wishesFrom(stored(), keyboard);
  /** @type {HTMLElement} */ (document.getElementById("settings")).hidden = false;
  for (const name of /** @type {(keyof Wishes)[]} */ (Object.keys(wishes))) bind(wishes, name);
  showKeyboard(wishes.keyboard);
  return wishes;
}

/** What was wished on this device, where nothing of it can be changed. @param {boolean} keyboard @returns {Wishes} */
export function wishedHere(keyboard) {
  const wishes = wishesFrom(stored(), keyboard);
  showKeyboard(wishes.keyboard);
  return wishes;
}

/** @param {Wishes} wishes @param {keyof Wishes} name */
function bind(wishes, name) {
  const box = /** @type {HTMLInputElement} */ (document.getElementById(`${name}-on`));
  box.checked = wishes[name];
  box.addEventListener("change", async () => {
    if (name === "notices" && box.checked) box.checked = await mayNotify();
    if (name === "sound" && box.checked) void wakeSound();
    wishes[name] = box.checked;
    if (name === "keyboard") showKeyboard(wishes.keyboard);
    keep(wishes);
  });
}

/** @param {boolean} on */
function showKeyboard(on) {
  document.documentElement.toggleAttribute("data-keyboard", on);
}

function stored() {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

/** @param {Wishes} wishes */
function keep(wishes) {
  try {
    localStorage.setItem(PLACE, JSON.stringify(wishes));
  } catch {
    // Without storage the wishes last as long as the page.
  }
}
