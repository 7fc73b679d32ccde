/** Sound on a wall: a chime and clips through Web Audio, louder or softer, or not at all. */
import { asset } from "../dom.js";

const PAUSE_S = 0.35;
/** Scheduled a moment ahead, so that the first piece is not cut. */
const LEAD_S = 0.05;

/**
 * @typedef {{file: string, clips: Record<string, [number, number]>}} Pack one recording, and where each clip is in it
 */

export class Sound {
  /** @param {(playing: boolean) => void} onChange the browser lets us play, or does not */
  constructor(onChange) {
    this.context = new AudioContext();
    this.gain = this.context.createGain();
    this.gain.connect(this.context.destination);
    /** @type {Promise<void>} what is still playing */
    this.before = Promise.resolve();
    /** @type {Map<string, Promise<AudioBuffer>>} */
    this.buffers = new Map();
    this.context.addEventListener("statechange", () => onChange(this.allowed));
    this.touched = false;
    const touch = () => {
      this.touched = true;
      this.resume();
    };
    for (const sign of ["pointerdown", "keydown"]) document.addEventListener(sign, touch);
    this.resume();
  }

  get allowed() {
    return this.context.state === "running";
  }

  resume() {
    if (!this.allowed) this.context.resume().catch(() => {});
  }

  /** @param {number} volume 0 to 100, as an ear hears it */
  setVolume(volume) {
    this.gain.gain.value = (volume / 100) ** 2;
  }

  /** @param {string} file @returns {Promise<AudioBuffer>} */
  load(file) {
    const known = this.buffers.get(file);
    if (known) return known;
    const loading = fetch(asset(`sounds/${file}`))
      .then((response) => (response.ok ? response.arrayBuffer() : Promise.reject(new Error(`no ${file}`))))
      .then((bytes) => this.context.decodeAudioData(bytes));
    // A failure is not remembered: the server may be away just now.
    loading.catch(() => this.buffers.delete(file));
    this.buffers.set(file, loading);
    return loading;
  }

  /** @param {string} file */
  async play(file) {
    const buffer = await this.load(file);
    await this.sequence(buffer, [[0, buffer.duration]]);
  }

  /**
   * Play clips of a recording without a gap; null is a short pause.
   *
   * @param {Pack} pack
   * @param {(string | null)[]} clips
   */
  async say({ file, clips: spans }, clips) {
    await this.sequence(await this.load(file), clips.map((clip) => (clip === null ? null : spans[clip])));
  }

  /**
   * Play pieces of a recording, after whatever is playing: two sounds never overlap.
   *
   * @param {AudioBuffer} buffer
   * @param {([number, number] | null)[]} spans start and length in seconds
   */
  sequence(buffer, spans) {
    const turn = this.before.then(() => this.run(buffer, spans));
    this.before = turn;
    return turn;
  }

  /** @param {AudioBuffer} buffer @param {([number, number] | null)[]} spans */
  async run(buffer, spans) {
    if (!this.allowed) return;
    let at = this.context.currentTime + LEAD_S;
    for (const span of spans) {
      if (span) this.schedule(buffer, at, span);
      at += span ? span[1] : PAUSE_S;
    }
    const leftMs = (at - this.context.currentTime) * 1000;
    await new Promise((done) => setTimeout(done, leftMs));
  }

  /** @param {AudioBuffer} buffer @param {number} at @param {[number, number]} span */
  schedule(buffer, at, [start, length]) {
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    source.start(at, start, length);
  }
}
