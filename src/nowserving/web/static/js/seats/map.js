/** The map of a house as SVG: one shape a seat, moved and magnified by its viewBox. */
import { t } from "../i18n.js";
import { beside } from "./house.js";
import { COLOURS, CROSS, TICK, WHEEL, outline, scale, sceneOutline, wordsAt } from "./shapes.js";

const SPACE = "http://www.w3.org/2000/svg";
/** Seats at least so large show their numbers. */
const NUMBERED_PX = 17;

/** @typedef {import("./house.js").House} House */
/** @typedef {import("./house.js").Box} Box */
/** @typedef {"free" | "taken" | "mine"} Stand how a seat stands for who looks */
/** @typedef {{words: (place: number) => string, stand: (place: number) => Stand, onPress: (place: number) => void, onFocus: (place: number) => void}} Chooser */

export class SeatMap {
  /** @param {House} house @param {Chooser} chooser */
  constructor(house, chooser) {
    this._house = house;
    this._chooser = chooser;
    /** @type {Map<number, SVGElement>} */
    this._drawn = new Map();
    this._current = house.rows[0]?.[0]?.place ?? -1;
    this.element = draw("svg", { class: "seat-map__seats", role: "group", "aria-label": t("Map of the seats") });
    this.element.append(...house.scenery.map((scene) => drawScene(scene, house)), ...house.rows.map((row) => this._row(row)));
    this.element.addEventListener("keydown", (event) => this._key(event));
    this.element.addEventListener("focusin", (event) => this._turnTo(placeOf(event.target)));
    this._drawn.get(this._current)?.setAttribute("tabindex", "0");
  }

  /** @param {Box} view @param {number} by pixels for each of the plan's units */
  look(view, by) {
    this.element.setAttribute("viewBox", [view.x, view.y, view.width, view.height].join(" "));
    this.element.classList.toggle("seat-map__seats--near", this._house.unit * by >= NUMBERED_PX);
  }

  /** Show how some seats stand. @param {Iterable<number>} places */
  paint(places) {
    for (const place of places) {
      const seat = this._drawn.get(place);
      if (!seat) continue;
      const stand = this._chooser.stand(place);
      seat.setAttribute("data-seat", stand);
      seat.setAttribute("aria-checked", String(stand === "mine"));
      seat.setAttribute("aria-disabled", String(stand === "taken"));
      seat.setAttribute("aria-label", this._chooser.words(place));
      seat.querySelector(".seat-map__mark")?.setAttribute("d", this._mark(place, stand));
    }
  }

  /** @param {import("./house.js").Seat[]} row */
  _row(row) {
    const group = draw("g", { role: "group", "aria-label": [row[0].section, row[0].row].filter(Boolean).join(", ") });
    const by = scale(this._house.unit);
    for (const seat of row) {
      const drawn = draw("g", {
        class: "seat-map__seat",
        role: "checkbox",
        tabindex: "-1",
        "data-place": seat.place,
        "data-colour": seat.colour % COLOURS,
        transform: `translate(${seat.x} ${seat.y}) scale(${by})`,
      });
      if (seat.accessible) drawn.setAttribute("data-wheel", "");
      const number = draw("text", { class: "seat-map__number", y: 4, "aria-hidden": "true" });
      if (!seat.accessible) number.textContent = seat.number;
      drawn.append(draw("path", { class: "seat-map__shape", d: outline(seat.colour) }), draw("path", { class: "seat-map__mark" }), number);
      this._drawn.set(seat.place, drawn);
      group.append(drawn);
    }
    if (row[0].row) for (const [end, side] of /** @type {[import("./house.js").Seat, number][]} */ ([[row[0], -1], [row[row.length - 1], 1]])) group.append(this._label(row[0].row, end, side));
    return group;
  }

  /** @param {string} name @param {{x: number, y: number}} end @param {number} side */
  _label(name, end, side) {
    const { unit } = this._house;
    const label = draw("text", { class: "seat-map__row", x: end.x + side * unit, y: end.y + unit * 0.16, "font-size": unit * 0.45, "aria-hidden": "true" });
    label.textContent = name;
    return label;
  }

  /** @param {number} place @param {Stand} stand */
  _mark(place, stand) {
    if (stand === "taken") return CROSS;
    if (stand === "mine") return TICK;
    return this._house.seats[place].accessible ? WHEEL : "";
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const place = placeOf(event.target);
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " || event.key === "Enter") this._chooser.onPress(place);
    else {
      const next = beside(this._house, place, event.key);
      if (next === place && !event.key.startsWith("Arrow")) return;
      this._drawn.get(next)?.focus({ preventScroll: true });
    }
    event.preventDefault();
  }

  /** One seat is in the tab order: the one that was last. @param {number} place */
  _turnTo(place) {
    if (place < 0) return;
    // A press gives the focus too, and must find the seat where it was.
    const byKey = this._drawn.get(place)?.matches(":focus-visible");
    this._drawn.get(this._current)?.setAttribute("tabindex", "-1");
    this._drawn.get(place)?.setAttribute("tabindex", "0");
    this._current = place;
    if (byKey) this._chooser.onFocus(place);
  }
}

/** @param {import("./house.js").Scene} scene @param {House} house @returns {SVGElement} */
function drawScene(scene, house) {
  const group = draw("g", { class: "seat-map__scene", transform: `translate(${scene.x} ${scene.y}) rotate(${scene.rotation})`, "aria-hidden": "true" });
  if (scene.many) group.setAttribute("data-colour", String(house.categories.indexOf(scene.category ?? "") % COLOURS));
  const shape = sceneOutline(scene);
  if (shape) group.append(draw("path", { d: shape }));
  if (scene.text) {
    const [x, y] = wordsAt(scene);
    const words = draw("text", { x, y, "font-size": scene.text_size ?? house.unit * 0.7 });
    words.textContent = scene.text;
    group.append(words);
  }
  return group;
}

/** @param {EventTarget | null} target */
function placeOf(target) {
  const seat = target instanceof Element ? target.closest("[data-place]") : null;
  return seat ? Number(seat.getAttribute("data-place")) : -1;
}

/** @param {string} tag @param {Record<string, string | number>} attributes @returns {SVGElement} */
export function draw(tag, attributes) {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return /** @type {SVGElement} */ (made);
}
