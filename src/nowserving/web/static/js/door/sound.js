/** What a door sounds like: two notes up for yes, one low and long for no. Heard without looking. */

/** @type {AudioContext | null} */
let audio = null;

/** Let the page make sounds; browsers want this inside a tap or a key press. */
export function wake() {
  audio ??= "AudioContext" in globalThis ? new AudioContext() : null;
  audio?.resume().catch(() => {});
}

/** @param {boolean} good */
export function sound(good) {
  navigator.vibrate?.(good ? 80 : [250, 100, 250]);
  if (!audio || audio.state !== "running") return;
  if (good) for (const [nth, pitch] of [660, 990].entries()) note(audio, pitch, audio.currentTime + nth * 0.12, 0.18, "sine");
  else note(audio, 160, audio.currentTime, 0.6, "square");
}

/** @param {AudioContext} on @param {number} pitch @param {number} at @param {number} length @param {OscillatorType} type */
function note(on, pitch, at, length, type) {
  const tone = on.createOscillator();
  const volume = on.createGain();
  tone.type = type;
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0.2, at);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + length);
  tone.connect(volume).connect(on.destination);
  tone.start(at);
  tone.stop(at + length);
}
