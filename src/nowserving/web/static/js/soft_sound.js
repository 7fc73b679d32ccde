/** Two soft notes, made here: nothing to load. A browser plays them once the person has tapped the page. */

const NOTES = [
  [659.25, 0],
  [880, 0.16],
];
const LENGTH_S = 0.5;

/** @type {AudioContext | null} */
let context = null;

/** Let the page make sounds. Browsers want this inside a tap or a key press. */
export function wakeSound() {
  context ??= "AudioContext" in globalThis ? new AudioContext() : null;
  return context?.resume().catch(() => {});
}

/** @param {number} [loudness] from 0 to 1 */
export function playSoftly(loudness = 0.12) {
  if (!context || context.state !== "running") return;
  for (const [pitch, after] of NOTES) playNote(context, pitch, context.currentTime + after, loudness);
}

/** @param {AudioContext} audio @param {number} pitch @param {number} at @param {number} loudness */
function playNote(audio, pitch, at, loudness) {
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = pitch;
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(loudness, at + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH_S);
  tone.connect(volume).connect(audio.destination);
  tone.start(at);
  tone.stop(at + LENGTH_S);
}
