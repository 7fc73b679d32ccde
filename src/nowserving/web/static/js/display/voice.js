/** The spoken call: from clips where there are any, by the browser's own voice where there is one. */
import { asset } from "../dom.js";
import { callClips } from "./phrases.js";

const LONGEST_MS = 15_000;

/** @typedef {Record<string, import("./sound.js").Pack>} Packs */

export class Voice {
  /** @param {import("./sound.js").Sound} sound */
  constructor(sound) {
    this.sound = sound;
    /** @type {Promise<Packs> | null} */
    this.packs = null;
  }

  /** @returns {Promise<Packs>} */
  load() {
    this.packs ??= fetch(asset("sounds/clips.json"))
      .then((response) => (response.ok ? response.json() : {}))
      .catch(() => {
        this.packs = null;
        return {};
      });
    return this.packs;
  }

  /**
   * @param {{code: string, desk?: string}} call
   * @param {string} language
   * @param {number} volume
   */
  async say(call, language, volume) {
    const pack = (await this.load())[language];
    if (pack) await this.sound.say(pack, callClips(call, (clip) => clip in pack.clips));
    else await utter(call, language, volume);
  }
}

/**
 * Only a voice that lives on this machine: the others send what they say to somebody's server.
 *
 * @param {{code: string, desk?: string}} call
 * @param {string} language
 * @param {number} volume
 */
async function utter({ code, desk }, language, volume) {
  const voice = globalThis.speechSynthesis?.getVoices().find((one) => one.localService && one.lang.startsWith(language));
  if (!voice) return;
  const words = new SpeechSynthesisUtterance(`${[...code.replace("-", "")].join(" ")}. ${desk ?? ""}`);
  Object.assign(words, { voice, lang: voice.lang, volume: volume / 100, rate: 0.9 });
  await new Promise((done) => {
    words.onend = done;
    words.onerror = done;
    setTimeout(done, LONGEST_MS);
    speechSynthesis.speak(words);
  });
}
