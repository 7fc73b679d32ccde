/** What seats and scenes look like. Each category has a shape and a colour; taken is a cross, mine has a tick. */

/** @typedef {import("./house.js").Scene} Scene */

const OUTLINES = [
  "M-10 0a10 10 0 1 0 20 0a10 10 0 1 0 -20 0z",
  "M-6 -9h12a3 3 0 0 1 3 3v12a3 3 0 0 1 -3 3h-12a3 3 0 0 1 -3 -3v-12a3 3 0 0 1 3 -3z",
  "M0 -11L11 0L0 11L-11 0z",
  "M-5 -9.5h10L10.5 0L5 9.5h-10L-10.5 0z",
];
export const CROSS = "M-4 -4L4 4M4 -4L-4 4";
export const TICK = "M-5 0L-1.5 4L5.5 -4";
export const WHEEL = "M-1 -7v7h5l2.5 6M-3.5 -1.5a5 5 0 1 0 6.5 6.5";

/** How many categories have a colour of their own; more begin anew. */
export const COLOURS = 12;

/** Half of what a shape above is wide. */
export const HALF = 10;

/** @param {number} category its number from 0 */
export function outline(category) {
  return OUTLINES[category % OUTLINES.length];
}

/** How much a shape grows where seats stand so far apart. @param {number} unit */
export function scale(unit) {
  return (unit * 0.42) / HALF;
}

/** A scene around its own point. @param {Scene} scene */
export function sceneOutline({ shape, points, width = 0, height = 0, radius: [wide, high] = [0, 0] }) {
  if (points?.length) return `M${points.map((point) => point.join(" ")).join("L")}z`;
  if (shape === "rectangle") return `M0 0h${width}v${height}h${-width}z`;
  return shape === "ellipse" ? `M${-wide} 0a${wide} ${high} 0 1 0 ${2 * wide} 0a${wide} ${high} 0 1 0 ${-2 * wide} 0z` : "";
}

/** Where a scene's words stand, around its own point. @param {Scene} scene @returns {number[]} */
export function wordsAt({ text_at, shape, points, width = 0, height = 0 }) {
  if (text_at) return text_at;
  if (points?.length) return [0, 1].map((axis) => points.reduce((sum, point) => sum + point[axis], 0) / points.length);
  return shape === "rectangle" ? [width / 2, height / 2] : [0, 0];
}
