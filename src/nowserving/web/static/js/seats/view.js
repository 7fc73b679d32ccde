/** What of the house is in sight: buttons, a wheel, one finger or two move it; a press finds its seat. */
import { h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { areaAt, closeTo, fitOf, moved, seatAt, zoomed } from "./house.js";

const STEP = 0.65;
/** A seat smaller than this can't be pressed for sure: a press comes nearer first. */
const PRESSED_PX = { fine: 11, coarse: 20 };
/** As large a seat is made by coming nearer. */
const NEAR_PX = 38;
const DRAGGED_PX = 6;

/** @typedef {import("./house.js").House} House */
/** @typedef {import("./house.js").Box} Box */

export class View {
  /**
   * @param {House} house
   * @param {HTMLElement | SVGElement} element the map
   * @param {{onLook: (view: Box, by: number) => void, onSeat: (place: number) => void, onArea: (area: import("./house.js").Scene) => void}} what
   */
  constructor(house, element, { onLook, onSeat, onArea }) {
    this.house = house;
    this.element = element;
    this.box = house.box;
    this._onLook = onLook;
    this._onSeat = onSeat;
    this._onArea = onArea;
    this._far = 0;
    /** @type {Map<number, {x: number, y: number}>} the fingers on the map */
    this._fingers = new Map();
    this._listen();
    new ResizeObserver(() => this.look(this.box)).observe(element);
  }

  /** @param {Box} box */
  look(box) {
    this.box = box;
    // The whole house lets one finger go on scrolling the page; nearer, the finger moves the house.
    this.element.classList.toggle("seat-map__seats--whole", box.width >= this.house.box.width && box.height >= this.house.box.height);
    this._onLook(box, this.fit().by);
  }

  whole() {
    this.look(this.house.box);
  }

  fit() {
    return fitOf(this.box, this.element.clientWidth, this.element.clientHeight);
  }

  /** @param {number} factor @param {{x: number, y: number}} [at] of the plan; without it the middle */
  zoom(factor, at = { x: this.box.x + this.box.width / 2, y: this.box.y + this.box.height / 2 }) {
    this.look(zoomed(this.box, factor, at, this.house));
  }

  /** Have a seat in sight, large enough to be seen. @param {number} place */
  show(place) {
    const seat = this.house.seats[place];
    const { by, x, y } = this.fit();
    const [left, top, size] = [seat.x * by + x, seat.y * by + y, this.house.unit * by];
    const { clientWidth: width, clientHeight: height } = this.element;
    const margin = size / 2;
    if (size >= PRESSED_PX.fine && left > margin && top > margin && left < width - margin && top < height - margin) return;
    this.look(closeTo(this.house, seat, width, height, Math.max(size, NEAR_PX)));
  }

  /** The buttons of the map. */
  tools() {
    const button = (/** @type {string} */ name, /** @type {string} */ words, /** @type {() => void} */ press) =>
      h("button", { type: "button", class: "button button--small", onclick: press }, icon(name), h("span", {}, words));
    const { sections } = this.house;
    return h(
      "div",
      { class: "seat-map__tools", role: "group", "aria-label": t("The view of the map") },
      button("plus", t("Nearer"), () => this.zoom(STEP)),
      button("minus", t("Farther"), () => this.zoom(1 / STEP)),
      button("maximize", t("Whole house"), () => this.whole()),
      sections.size > 1 && this._sections(),
    );
  }

  _sections() {
    const choice = /** @type {HTMLSelectElement} */ (h("select", { class: "input seat-map__section", "aria-label": t("Go to a section") }, h("option", { value: "" }, t("Go to a section")), ...[...this.house.sections.keys()].map((name, at) => h("option", { value: at + 1 }, name || t("Other seats")))));
    const boxes = [...this.house.sections.values()];
    choice.addEventListener("change", () => this.look(choice.value ? boxes[Number(choice.value) - 1] : this.house.box));
    return choice;
  }

  _listen() {
    const { element } = this;
    const on = (/** @type {string} */ name, /** @type {(event: any) => void} */ hear) => element.addEventListener(name, hear);
    on("wheel", (/** @type {WheelEvent} */ event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      this.zoom(event.deltaY < 0 ? STEP : 1 / STEP, this._point(event));
    });
    on("pointerdown", (/** @type {PointerEvent} */ event) => {
      if (!this._fingers.size) this._far = 0;
      this._fingers.set(event.pointerId, placeOn(event));
    });
    on("pointermove", (event) => this._move(event));
    for (const name of ["pointerup", "pointercancel", "pointerleave"]) on(name, (event) => this._fingers.delete(event.pointerId));
    on("click", (event) => this._press(event));
  }

  /** @param {PointerEvent} event */
  _move(event) {
    const before = this._fingers.get(event.pointerId);
    if (!before || !(event.buttons & 1)) return;
    const now = placeOn(event);
    const other = [...this._fingers].find(([finger]) => finger !== event.pointerId)?.[1];
    this._fingers.set(event.pointerId, now);
    this._far += Math.hypot(now.x - before.x, now.y - before.y);
    if (other) {
      const gap = (/** @type {{x: number, y: number}} */ one) => Math.max(Math.hypot(one.x - other.x, one.y - other.y), 1);
      this.zoom(gap(before) / gap(now), this._point({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 }));
    } else if (this._far > DRAGGED_PX) {
      const { by } = this.fit();
      this.look(moved(this.box, (before.x - now.x) / by, (before.y - now.y) / by, this.house));
    }
  }

  /** @param {MouseEvent & {pointerType?: string}} event */
  _press(event) {
    // The keyboard's Enter and a reader's press reach the seat itself.
    if (this._far > DRAGGED_PX) return;
    const at = this._point(event);
    const seat = seatAt(this.house, at.x, at.y);
    const area = seat ? undefined : areaAt(this.house, at.x, at.y);
    if (!seat && area) return this._onArea(area);
    const least = event.pointerType === "touch" ? PRESSED_PX.coarse : PRESSED_PX.fine;
    if (this.house.unit * this.fit().by < least) this.look(closeTo(this.house, seat ?? at, this.element.clientWidth, this.element.clientHeight, NEAR_PX));
    else if (seat) this._onSeat(seat.place);
  }

  /** @param {{clientX: number, clientY: number}} event */
  _point(event) {
    const frame = this.element.getBoundingClientRect();
    const { by, x, y } = this.fit();
    return { x: (event.clientX - frame.left - this.element.clientLeft - x) / by, y: (event.clientY - frame.top - this.element.clientTop - y) / by };
  }
}

/** @param {PointerEvent} event */
function placeOn({ clientX, clientY }) {
  return { x: clientX, y: clientY };
}
