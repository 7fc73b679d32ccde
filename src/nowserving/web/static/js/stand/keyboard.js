/** The stand's keyboard: arrows choose a party, letters do something with it, numbers add one. */
import { isBusy } from "../desk/keyboard.js";

/** What a letter does with the party that is chosen, and in which list that is possible. */
const ON_PARTY = new Map([
  ["c", { verb: "call", kinds: ["waiting"] }],
  ["s", { verb: "seat", kinds: ["waiting", "called", "missed"] }],
  ["f", { verb: "free", kinds: ["seated"] }],
  ["e", { verb: "extend:10", kinds: ["seated"] }],
  ["x", { verb: "no-show", kinds: ["called"] }],
  ["b", { verb: "requeue:front", kinds: ["missed", "called"] }],
]);
const ANYWHERE = new Map([
  ["n", "add"],
  ["l", "late"],
  ["m", "message"],
  ["u", "undo"],
  ["?", "help"],
  ["arrowdown", "down"],
  ["arrowup", "up"],
]);

/**
 * The command that a key press asks for, or null. A number is the size of a party to add.
 *
 * @param {{key: string, ctrlKey?: boolean, metaKey?: boolean, altKey?: boolean, repeat?: boolean, defaultPrevented?: boolean, isComposing?: boolean}} event
 * @param {string | undefined} kind the list of the chosen party, if one is chosen
 * @returns {string | number | null}
 */
export function commandOf(event, kind) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return null;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) return key === "z" && !event.repeat ? "undo" : null;
  const arrow = key.startsWith("arrow");
  if (event.repeat && !arrow) return null;
  if (/^[1-8]$/.test(key)) return Number(key);
  const onParty = ON_PARTY.get(key);
  if (onParty) return kind && onParty.kinds.includes(kind) ? onParty.verb : null;
  return ANYWHERE.get(key) ?? null;
}

/**
 * Listen to the keyboard.
 *
 * @param {{isOn: () => boolean, run: (command: string | number, party: HTMLElement | null) => void}} stand
 */
export function listenToKeys({ isOn, run }) {
  document.addEventListener("keydown", (event) => {
    if (!isOn()) return;
    const asking = document.querySelector("dialog[open], details[data-menu][open]") !== null;
    const focused = document.activeElement;
    if (asking || isBusy(focused, false) || focused?.matches("[type=radio]")) return;
    const party = /** @type {HTMLElement | null} */ (focused?.closest(".party") ?? null);
    const command = commandOf(event, party?.dataset.kind);
    if (command === null) return;
    event.preventDefault();
    run(command, party);
  });
}

/** Choose the next party of the page, or the one before. @param {HTMLElement | null} party @param {number} step */
export function choose(party, step) {
  const all = [...document.querySelectorAll(".work--stand .party")].filter((one) => /** @type {HTMLElement} */ (one).offsetParent);
  const at = party ? all.indexOf(party) : step > 0 ? -1 : all.length;
  const next = /** @type {HTMLElement | undefined} */ (all[at + step]);
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}
