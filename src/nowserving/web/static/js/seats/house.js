/** The seats of a performance as a map knows them: where they stand, who sits beside whom, and what is in sight. */

/** @typedef {{place: number, guid: string, name: string, section: string, row: string, number: string, category: string, colour: number, x: number, y: number, area: string | null, accessible: boolean}} Seat */
/** @typedef {{x: number, y: number, width: number, height: number}} Box */
/** @typedef {{shape: string, x: number, y: number, rotation: number, width?: number, height?: number, radius?: number[], points?: number[][], text?: string, text_at?: number[], text_size?: number, name?: string, category?: string, first?: number, many?: number}} Scene */
/** @typedef {{fields: string[], seats: any[][], categories: string[], scenery: Scene[], colours: Record<string, string>}} Seating */
/** @typedef {{seats: Seat[], rows: Seat[][], rowBoxes: Box[], rowOf: Map<number, number>, sections: Map<string, Box>, box: Box, unit: number, categories: string[], colours: string[], scenery: Scene[], areas: Scene[]}} House */

/** Above so many, seats are painted on a canvas: a browser keeps so many drawn seats in motion, and not many more. */
export const MOST_DRAWN = 2500;

/**
 * Prepare what the server tells once. Places of an area stand nowhere: they are chosen by number, not here.
 *
 * @param {Seating} seating
 * @returns {House}
 */
export function houseOf(seating) {
  const nth = Object.fromEntries(seating.categories.map((name, at) => [name, at]));
  const seats = seating.seats.map((row, place) => {
    /** @type {any} */
    const seat = { place };
    for (let at = 0; at < seating.fields.length; at += 1) seat[seating.fields[at]] = row[at];
    seat.colour = nth[seat.category];
    return /** @type {Seat} */ (seat);
  });
  const standing = seats.filter((seat) => seat.area === null);
  const rows = rowsOf(standing);
  const unit = usual(rows.flatMap((row) => row.slice(1).map((seat, at) => Math.hypot(seat.x - row[at].x, seat.y - row[at].y)))) || 30;
  /** @type {Map<string, Seat[]>} */
  const bySection = new Map();
  for (const seat of standing) {
    const those = bySection.get(seat.section);
    if (those) those.push(seat);
    else bySection.set(seat.section, [seat]);
  }
  return {
    seats,
    rows,
    rowBoxes: rows.map((row) => boxOf(row, unit)),
    rowOf: new Map(rows.flatMap((row, at) => row.map((seat) => /** @type {[number, number]} */ ([seat.place, at])))),
    sections: new Map([...bySection].map(([name, those]) => [name, boxOf(those, unit)])),
    // With room for the names of rows beside them.
    box: boxOf([...standing, ...seating.scenery.flatMap(corners)], unit * 1.6),
    unit,
    categories: seating.categories,
    colours: seating.categories.map((name) => seating.colours[name] ?? ""),
    scenery: seating.scenery,
    areas: seating.scenery.filter((scene) => scene.many),
  };
}

/** The points that a scene reaches, turned as it is. @param {Scene} scene @returns {{x: number, y: number}[]} */
export function corners(scene) {
  const turn = (scene.rotation * Math.PI) / 180;
  return outlineOf(scene).map(([x, y]) => ({
    x: scene.x + x * Math.cos(turn) - y * Math.sin(turn),
    y: scene.y + x * Math.sin(turn) + y * Math.cos(turn),
  }));
}

/** @param {Scene} scene @returns {number[][]} around its own point */
function outlineOf({ shape, points, width = 0, height = 0, radius = [0, 0], text_at: [x, y] = [0, 0] }) {
  if (points) return points;
  if (shape === "rectangle") return [[0, 0], [width, 0], [width, height], [0, height]];
  if (shape === "ellipse") return [[-radius[0], -radius[1]], [radius[0], -radius[1]], [radius[0], radius[1]], [-radius[0], radius[1]]];
  return [[x, y]];
}

/** The area with places at a point, if there is one. @param {House} house @param {number} x @param {number} y @returns {Scene | undefined} */
export function areaAt(house, x, y) {
  return house.areas.find((area) => inside(corners(area), x, y));
}

/** @param {{x: number, y: number}[]} points @param {number} x @param {number} y */
function inside(points, x, y) {
  let odd = false;
  for (let at = 0, before = points.length - 1; at < points.length; before = at, at += 1) {
    const [one, other] = [points[at], points[before]];
    if (one.y > y !== other.y > y && x < ((other.x - one.x) * (y - one.y)) / (other.y - one.y) + one.x) odd = !odd;
  }
  return odd;
}

/** @param {Seat[]} standing @returns {Seat[][]} rows from front to back, seats as they stand from left to right */
function rowsOf(standing) {
  /** @type {Map<string, Seat[]>} */
  const found = new Map();
  for (const seat of standing) {
    const name = JSON.stringify([seat.section, seat.row || seat.y]);
    const row = found.get(name);
    if (row) row.push(seat);
    else found.set(name, [seat]);
  }
  const rows = [...found.values()];
  for (const row of rows) row.sort((one, other) => one.x - other.x);
  return rows.sort((one, other) => middle(one, "y") - middle(other, "y") || middle(one, "x") - middle(other, "x"));
}

/** @param {Seat[]} row @param {"x" | "y"} axis */
function middle(row, axis) {
  return row.reduce((sum, seat) => sum + seat[axis], 0) / row.length;
}

/** @param {number[]} gaps */
function usual(gaps) {
  return gaps.sort((one, other) => one - other)[gaps.length >> 1] ?? 0;
}

/** @param {{x: number, y: number}[]} seats @param {number} unit @returns {Box} with room for a seat at each side */
export function boxOf(seats, unit) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of seats) [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  if (left > right) return { x: 0, y: 0, width: unit, height: unit };
  return { x: left - unit, y: top - unit, width: right - left + 2 * unit, height: bottom - top + 2 * unit };
}

/**
 * Where an arrow leads: along the row, or to the seat across in the next row that has one. A row's ends stay.
 *
 * @param {House} house
 * @param {number} place
 * @param {string} key
 * @returns {number}
 */
export function beside(house, place, key) {
  const at = house.rowOf.get(place);
  if (at === undefined) return place;
  const row = house.rows[at];
  const nth = row.findIndex((seat) => seat.place === place);
  const last = row.length - 1;
  const along = { ArrowLeft: Math.max(nth - 1, 0), ArrowRight: Math.min(nth + 1, last), Home: 0, End: last }[key];
  if (along !== undefined) return row[along].place;
  const across = house.rows[at + ({ ArrowUp: -1, ArrowDown: 1 }[key] ?? 0)];
  if (!across || across === row) return place;
  const { x } = row[nth];
  return across.reduce((best, seat) => (Math.abs(seat.x - x) < Math.abs(best.x - x) ? seat : best)).place;
}

/** The seat at a point, if one is near. @param {House} house @param {number} x @param {number} y @returns {Seat | undefined} */
export function seatAt(house, x, y) {
  let best;
  let near = house.unit * 0.6;
  house.rows.forEach((row, at) => {
    if (!holds(house.rowBoxes[at], x, y)) return;
    for (const seat of row) {
      const far = Math.hypot(seat.x - x, seat.y - y);
      if (far < near) [best, near] = [seat, far];
    }
  });
  return best;
}

/** @param {Box} box @param {number} x @param {number} y */
function holds(box, x, y) {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** Whether anything of a box is in sight. @param {Box} box @param {Box} view */
export function meets(box, view) {
  return box.x < view.x + view.width && box.x + box.width > view.x && box.y < view.y + view.height && box.y + box.height > view.y;
}

/** How a view stands on a screen, whole and in the middle, as an SVG fits its viewBox. @param {Box} view @param {number} width @param {number} height */
export function fitOf(view, width, height) {
  const by = Math.min(width / view.width, height / view.height) || 1;
  return { by, x: width / 2 - (view.x + view.width / 2) * by, y: height / 2 - (view.y + view.height / 2) * by };
}

/** A view around a seat in which it is so many pixels large. @param {House} house @param {{x: number, y: number}} at @param {number} width the map's, in pixels @param {number} height @param {number} size @returns {Box} */
export function closeTo(house, at, width, height, size) {
  const by = size / house.unit;
  return { x: at.x - width / by / 2, y: at.y - height / by / 2, width: width / by, height: height / by };
}

/** Nearer (below 1) or farther, around a point that stays where it is; never farther than the whole house. @param {Box} view @param {number} factor @param {{x: number, y: number}} at @param {House} house @returns {Box} */
export function zoomed(view, factor, at, house) {
  const least = house.unit * 6;
  const by = Math.min(Math.max(factor, least / Math.max(view.width, view.height)), Math.max(house.box.width / view.width, house.box.height / view.height));
  return { x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by, width: view.width * by, height: view.height * by };
}

/** Moved, but never out of sight of the house. @param {Box} view @param {number} x @param {number} y @param {House} house @returns {Box} */
export function moved(view, x, y, house) {
  const { box } = house;
  const kept = (/** @type {number} */ at, /** @type {number} */ low, /** @type {number} */ high) => Math.min(Math.max(at, low), Math.max(high, low));
  return {
    ...view,
    x: kept(view.x + x, box.x - view.width / 2, box.x + box.width - view.width / 2),
    y: kept(view.y + y, box.y - view.height / 2, box.y + box.height - view.height / 2),
  };
}
