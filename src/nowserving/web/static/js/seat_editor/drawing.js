/** The plan as it is drawn while it is edited: one group for each row and area, drawn anew only where it changed. */
import { corners, fitOf, zoomed } from "../seats/house.js";
import { draw } from "../seats/map.js";
import { sceneOutline, wordsAt } from "../seats/shapes.js";
import { extentOf, found, gapOf, keysOf, originOf } from "./plan.js";

const STEP = 0.7;
const DRAGGED_PX = 4;

/** @typedef {import("./plan.js").Plan} Plan */
/** @typedef {import("../seats/house.js").Box} Box */
/** @typedef {{key: string, seat: number}} Hit a row or area under the pointer, and which seat (-1: none) */
/** @typedef {{onPick: (hit: Hit | null, more: boolean) => void, onMoved: (x: number, y: number) => void, onSwept: (keys: string[]) => void, isPicked: (key: string) => boolean}} Editing */

export class Drawing {
  /** @param {Element} place @param {Plan} plan @param {Editing} editing */
  constructor(place, plan, editing) {
    this._plan = plan;
    this._editing = editing;
    /** @type {Box} */
    this._view = { x: 0, y: 0, width: 100, height: 100 };
    /** @type {Map<string, {part: any, zone: any, colours: any, group: SVGElement}>} */
    this._drawn = new Map();
    this._parts = draw("g", {});
    this._chosen = draw("path", { class: "seat-editor__chosen" });
    this._sweep = draw("rect", { class: "seat-editor__sweep", width: 0, height: 0 });
    this.element = draw("svg", { class: "seat-editor__plan", tabindex: 0, role: "application" });
    this.element.append(this._parts, this._chosen, this._sweep);
    place.append(this.element);
    this._listen();
    this.show(plan, new Set(), new Set());
    this.whole();
  }

  /** @param {Plan} plan @param {Set<string>} picked @param {Set<number>} seats */
  show(plan, picked, seats) {
    this._plan = plan;
    const keys = new Set(keysOf(plan));
    for (const [key, { group }] of this._drawn)
      if (!keys.has(key)) {
        group.remove();
        this._drawn.delete(key);
      }
    for (const key of keys) this._part(key, picked.has(key));
    const [only] = picked;
    this._chosen.setAttribute("d", picked.size === 1 && seats.size ? this._rings(only, seats) : "");
  }

  whole() {
    const { x, y, width, height } = extentOf(this._plan);
    this._look({ x: x - 60, y: y - 60, width: width + 120, height: height + 120 });
  }

  /** @param {boolean} nearer @param {{x: number, y: number}} [at] */
  zoom(nearer, at = { x: this._view.x + this._view.width / 2, y: this._view.y + this._view.height / 2 }) {
    const wide = { x: 0, y: 0, width: this._view.width * 4, height: this._view.height * 4 };
    this._look(zoomed(this._view, nearer ? STEP : 1 / STEP, at, /** @type {any} */ ({ unit: 20, box: wide })));
  }

  /** @param {Box} view */
  _look(view) {
    this._view = view;
    this.element.setAttribute("viewBox", [view.x, view.y, view.width, view.height].join(" "));
  }

  /** @param {string} key @param {boolean} picked */
  _part(key, picked) {
    const part = found(this._plan, key);
    const zone = this._plan.zones[Number(key.split("/")[0])].position;
    const colours = this._plan.categories;
    let known = this._drawn.get(key);
    if (!known || known.part !== part || known.zone !== zone || known.colours !== colours) {
      known?.group.remove();
      const group = draw("g", { class: "seat-editor__part", "data-key": key });
      const { x, y } = originOf(this._plan, key);
      group.setAttribute("transform", `translate(${x} ${y})`);
      if (part.seats) this._row(group, part);
      else drawArea(group, part, colours);
      known = { part, zone, colours, group };
      this._drawn.set(key, known);
      // Areas lie under seats: a table under those who sit at it.
      if (part.seats) this._parts.append(group);
      else this._parts.prepend(group);
    }
    known.group.classList.toggle("seat-editor__part--picked", picked);
  }

  /** @param {SVGElement} group @param {import("./plan.js").Row} row */
  _row(group, row) {
    const size = Math.min(gapOf(row), 40) * 0.42;
    for (const { name, color } of this._plan.categories) {
      const those = row.seats.filter((seat) => seat.category === name);
      if (!those.length) continue;
      const path = draw("path", { class: "seat-editor__seats", d: those.map((seat) => circle(seat.position, size)).join("") });
      if (color) path.style.setProperty("--own", color);
      group.append(path);
    }
    group.append(
      draw("path", { class: "seat-editor__wheels", d: row.seats.filter((seat) => seat.accessible).map((seat) => circle(seat.position, size * 0.5)).join("") }),
      draw("path", { class: "seat-editor__companions", d: row.seats.filter((seat) => seat.companion_of).map(({ position: { x, y } }) => `M${x - size * 0.5} ${y}h${size}`).join("") }),
      draw("path", { class: "seat-editor__blocked", d: row.seats.filter((seat) => seat.blocked).map(({ position }) => cross(position, size * 0.7)).join("") }),
    );
    const first = row.seats[0];
    if (!first) return;
    const label = draw("text", { x: first.position.x - size * 2.6, y: first.position.y + size * 0.4, "font-size": size * 1.1 });
    label.textContent = row.row_number;
    group.append(label);
  }

  /** @param {string} key @param {Set<number>} seats */
  _rings(key, seats) {
    const row = found(this._plan, key);
    const { x, y } = originOf(this._plan, key);
    const size = Math.min(gapOf(row), 40) * 0.5;
    return [...seats].filter((at) => row.seats?.[at]).map((at) => circle({ x: x + row.seats[at].position.x, y: y + row.seats[at].position.y }, size)).join("");
  }

  _listen() {
    const { element } = this;
    element.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0, this._point(event));
    });
    element.addEventListener("pointerdown", (event) => event.button === 0 && this._down(event));
  }

  /** One press: it picks, drags what is picked, sweeps over the empty ground with shift, or moves the view. @param {PointerEvent} event */
  _down(event) {
    this.element.focus({ preventScroll: true });
    const start = this._point(event);
    const view = this._view;
    const hit = this._hit(start);
    const before = hit !== null && this._editing.isPicked(hit.key);
    if (hit && !before) this._editing.onPick({ key: hit.key, seat: -1 }, event.shiftKey);
    this.element.setPointerCapture(event.pointerId);
    let dragged = false;
    const move = (/** @type {PointerEvent} */ now) => {
      dragged ||= Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY) > DRAGGED_PX;
      if (!dragged) return;
      const by = this._fit(view).by;
      const far = { x: (now.clientX - event.clientX) / by, y: (now.clientY - event.clientY) / by };
      if (hit) this._shift(Math.round(far.x), Math.round(far.y));
      else if (event.shiftKey) this._sweepTo(start, far);
      else this._look({ ...view, x: view.x - far.x, y: view.y - far.y });
    };
    const up = (/** @type {PointerEvent} */ now) => {
      this.element.removeEventListener("pointermove", move);
      this.element.removeEventListener("pointerup", up);
      this.element.removeEventListener("pointercancel", up);
      const by = this._fit(view).by;
      const far = { x: (now.clientX - event.clientX) / by, y: (now.clientY - event.clientY) / by };
      if (dragged && hit) this._editing.onMoved(Math.round(far.x), Math.round(far.y));
      else if (dragged && event.shiftKey) this._swept(start, far);
      else if (!dragged && before) this._editing.onPick(hit, event.shiftKey);
      else if (!dragged && !hit) this._editing.onPick(null, false);
    };
    this.element.addEventListener("pointermove", move);
    this.element.addEventListener("pointerup", up);
    this.element.addEventListener("pointercancel", up);
  }

  /** @param {number} x @param {number} y */
  _shift(x, y) {
    for (const [key, { group }] of this._drawn) {
      if (!this._editing.isPicked(key)) continue;
      const at = originOf(this._plan, key);
      group.setAttribute("transform", `translate(${at.x + x} ${at.y + y})`);
    }
    this._chosen.setAttribute("d", "");
  }

  /** @param {{x: number, y: number}} start @param {{x: number, y: number}} far */
  _sweepTo(start, far) {
    const box = swept(start, far);
    for (const [name, value] of Object.entries(box)) this._sweep.setAttribute(name, String(value));
  }

  /** @param {{x: number, y: number}} start @param {{x: number, y: number}} far */
  _swept(start, far) {
    const box = swept(start, far);
    this._sweep.setAttribute("width", "0");
    const inside = (/** @type {{x: number, y: number}} */ { x, y }) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
    this._editing.onSwept(
      keysOf(this._plan).filter((key) => {
        const at = originOf(this._plan, key);
        const part = found(this._plan, key);
        const points = part.seats ? part.seats.map((/** @type {any} */ seat) => ({ x: at.x + seat.position.x, y: at.y + seat.position.y })) : corners(sceneOf(part, at));
        return points.some(inside);
      }),
    );
  }

  /** @param {{x: number, y: number}} point @returns {Hit | null} */
  _hit(point) {
    /** @type {Hit | null} */
    let best = null;
    let near = Infinity;
    let under = null;
    for (const key of keysOf(this._plan)) {
      const at = originOf(this._plan, key);
      const part = found(this._plan, key);
      if (part.seats) {
        const reach = Math.min(gapOf(part), 40) * 0.6;
        part.seats.forEach((/** @type {any} */ { position }, /** @type {number} */ seat) => {
          const far = Math.hypot(at.x + position.x - point.x, at.y + position.y - point.y);
          if (far < reach && far < near) [best, near] = [{ key, seat }, far];
        });
      } else if (covers(corners(sceneOf(part, at)), point)) under = { key, seat: -1 };
    }
    return best ?? under;
  }

  /** @param {Box} view */
  _fit(view) {
    return fitOf(view, this.element.clientWidth, this.element.clientHeight);
  }

  /** @param {{clientX: number, clientY: number}} event */
  _point(event) {
    const frame = this.element.getBoundingClientRect();
    const { by, x, y } = this._fit(this._view);
    return { x: (event.clientX - frame.left - x) / by, y: (event.clientY - frame.top - y) / by };
  }
}

/** An area as guests see it. @param {any} area @param {{x: number, y: number}} at @returns {import("../seats/house.js").Scene} */
export function sceneOf(area, at) {
  const text = typeof area.text === "string" ? { text: area.text } : area.text;
  const radius = area.ellipse ? [area.ellipse.radius.x, area.ellipse.radius.y] : [area.circle?.radius ?? 0, area.circle?.radius ?? 0];
  const box = area.rectangle ?? (area.width && area.height ? area : undefined);
  const words = text?.text || area.name;
  return {
    shape: area.polygon ? "polygon" : box ? "rectangle" : area.ellipse || area.circle ? "ellipse" : "text",
    ...at,
    rotation: area.rotation ?? 0,
    points: area.polygon?.points.map((/** @type {any} */ { x, y }) => [x, y]),
    width: box?.width,
    height: box?.height,
    radius,
    text: words,
    text_at: text?.text && text.position ? [text.position.x, text.position.y] : undefined,
    text_size: text?.size ?? 16,
  };
}

/** @param {SVGElement} group @param {any} area @param {{name: string, color?: string}[]} categories */
function drawArea(group, area, categories) {
  const scene = sceneOf(area, { x: 0, y: 0 });
  const inner = draw("g", { transform: `rotate(${scene.rotation})` });
  const shape = draw("path", { class: area.capacity ? "seat-editor__seats" : "seat-editor__scene", d: sceneOutline(scene) });
  const colour = area.color ?? categories.find(({ name }) => name === area.category)?.color;
  if (area.capacity && colour) shape.style.setProperty("--own", colour);
  const [x, y] = wordsAt(scene);
  const words = draw("text", { x, y, "font-size": scene.text_size ?? 16, class: "seat-editor__words" });
  words.textContent = [scene.text, area.capacity].filter(Boolean).join(" · ");
  inner.append(shape, words);
  group.append(inner);
}

/** @param {{x: number, y: number}[]} points @param {{x: number, y: number}} point */
function covers(points, { x, y }) {
  const [xs, ys] = [points.map((one) => one.x), points.map((one) => one.y)];
  // A word alone has no size: a finger's breadth around it is its own.
  const room = points.length < 3 ? 20 : 0;
  return x >= Math.min(...xs) - room && x <= Math.max(...xs) + room && y >= Math.min(...ys) - room && y <= Math.max(...ys) + room;
}

/** @param {{x: number, y: number}} at @param {number} r */
function circle({ x, y }, r) {
  return `M${(x - r).toFixed(2)} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
}

/** @param {{x: number, y: number}} at @param {number} r */
function cross({ x, y }, r) {
  return `M${x - r} ${y - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`;
}

/** @param {{x: number, y: number}} start @param {{x: number, y: number}} far @returns {Box} */
function swept(start, far) {
  return { x: Math.min(start.x, start.x + far.x), y: Math.min(start.y, start.y + far.y), width: Math.abs(far.x), height: Math.abs(far.y) };
}
