/** The map of a very large house: painted in one go, with one element that walks over it for keys and readers. */
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { beside, fitOf, meets } from "./house.js";
import { COLOURS, CROSS, HALF, TICK, WHEEL, outline, scale, sceneOutline, wordsAt } from "./shapes.js";

/** @typedef {import("./house.js").House} House */
/** @typedef {import("./house.js").Box} Box */

/** Seats smaller than this are dots: nobody sees more of them. */
const DOT_PX = 9;
const NUMBERED_PX = 22;

export class SeatPicture {
  /** @param {House} house @param {import("./map.js").Chooser} chooser */
  constructor(house, chooser) {
    this._house = house;
    this._chooser = chooser;
    this._view = house.box;
    this._asked = 0;
    this._layer = document.createElement("canvas");
    /** @type {ImageData | null} */
    this._pixels = null;
    this._place = house.rows[0]?.[0]?.place ?? -1;
    this._canvas = /** @type {HTMLCanvasElement} */ (h("canvas", { "aria-hidden": "true" }));
    // Two take turns: a reader says the name of what gets the focus, and not always what it is renamed to.
    this._walkers = [this._walker(), this._walker()];
    this.element = h("div", { class: "seat-map__seats seat-map__seats--picture", role: "group", "aria-label": t("Map of the seats") }, this._canvas, ...this._walkers);
    this._walkers[1].hidden = true;
    new ResizeObserver(() => this._again()).observe(this.element);
    // Another theme has other colours.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this._again());
    new MutationObserver(() => this._again()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }

  /** @param {Box} view */
  look(view) {
    this._view = view;
    this._again();
  }

  paint() {
    this._again();
  }

  _walker() {
    return h("div", { class: "seat-map__walker", role: "checkbox", tabindex: "0", "aria-checked": "false", onkeydown: (/** @type {KeyboardEvent} */ event) => this._key(event), onfocus: () => this._walked() });
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === " " || event.key === "Enter") this._chooser.onPress(this._place);
    else {
      const next = beside(this._house, this._place, event.key);
      if (next === this._place && !event.key.startsWith("Arrow")) return;
      if (next !== this._place) this._walkTo(next);
    }
    event.preventDefault();
  }

  /** @param {number} place */
  _walkTo(place) {
    this._place = place;
    this._walkers.reverse();
    const [here, before] = this._walkers;
    here.hidden = false;
    this._name(here);
    here.focus({ preventScroll: true });
    before.hidden = true;
  }

  _walked() {
    this._name(this._walkers[0]);
    this._chooser.onFocus(this._place);
  }

  /** @param {HTMLElement} walker */
  _name(walker) {
    const stand = this._chooser.stand(this._place);
    walker.setAttribute("aria-label", this._chooser.words(this._place));
    walker.setAttribute("aria-checked", String(stand === "mine"));
    walker.setAttribute("aria-disabled", String(stand === "taken"));
  }

  _again() {
    this._asked ||= requestAnimationFrame(() => {
      this._asked = 0;
      this._paint();
    });
  }

  _paint() {
    const sharp = globalThis.devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.element;
    const canvas = this._canvas;
    if (canvas.width !== Math.round(width * sharp) || canvas.height !== Math.round(height * sharp)) [canvas.width, canvas.height] = [Math.round(width * sharp), Math.round(height * sharp)];
    const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    const fit = fitOf(this._view, width, height);
    const seen = { x: -fit.x / fit.by, y: -fit.y / fit.by, width: width / fit.by, height: height / fit.by };
    const ink = this._inks();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(sharp * fit.by, 0, 0, sharp * fit.by, sharp * fit.x, sharp * fit.y);
    for (const scene of this._house.scenery) this._scene(pen, scene, ink);
    const size = this._house.unit * fit.by;
    const rows = this._house.rows.filter((_, at) => meets(this._house.rowBoxes[at], seen));
    if (size < DOT_PX) this._dots(pen, rows, ink, { ...fit, sharp });
    else this._seats(pen, rows, ink, { ...fit, sharp, width, size });
    this._placeWalker(fit, size);
    this.element.dataset.painted = "";
  }

  /** Pixel by pixel: fifty thousand of the canvas's own squares would take three frames. @param {CanvasRenderingContext2D} pen @param {import("./house.js").Seat[][]} rows @param {Inks} ink @param {{by: number, x: number, y: number, sharp: number}} fit */
  _dots(pen, rows, ink, fit) {
    const { width, height } = this._canvas;
    if (this._layer.width !== width || this._layer.height !== height || !this._pixels) {
      [this._layer.width, this._layer.height] = [width, height];
      this._pixels = new ImageData(width, height);
    }
    const pixels = new Uint32Array(this._pixels.data.buffer);
    pixels.fill(0);
    const [free, mine, taken] = [ink.colours.map(pixelOf), pixelOf(ink.mine), pixelOf(ink.taken)];
    const [by, left, top] = [fit.by * fit.sharp, fit.x * fit.sharp, fit.y * fit.sharp];
    const usual = Math.max(1, Math.round(this._house.unit * by * 0.72));
    for (const row of rows)
      for (const seat of row) {
        const stand = this._chooser.stand(seat.place);
        const pixel = stand === "mine" ? mine : stand === "taken" ? taken : free[seat.colour % COLOURS];
        const side = stand === "mine" ? usual * 2 : usual;
        const [x, y] = [Math.round(seat.x * by + left - side / 2), Math.round(seat.y * by + top - side / 2)];
        const [from, to] = [Math.max(x, 0), Math.min(x + side, width)];
        if (from < to) for (let line = Math.max(y, 0), last = Math.min(y + side, height); line < last; line += 1) pixels.fill(pixel, line * width + from, line * width + to);
      }
    const layer = /** @type {CanvasRenderingContext2D} */ (this._layer.getContext("2d"));
    layer.putImageData(this._pixels, 0, 0);
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.drawImage(this._layer, 0, 0);
  }

  /** @param {CanvasRenderingContext2D} pen @param {import("./house.js").Seat[][]} rows @param {Inks} ink @param {{by: number, x: number, y: number, sharp: number, width: number, size: number}} fit */
  _seats(pen, rows, ink, fit) {
    const grow = scale(this._house.unit) * fit.by * fit.sharp;
    const half = Math.ceil(HALF * 1.2 * grow);
    /** @type {Map<string, HTMLCanvasElement>} */
    const stamps = new Map();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    for (const row of rows) {
      for (const seat of row) {
        const [x, y] = [(seat.x * fit.by + fit.x) * fit.sharp, (seat.y * fit.by + fit.y) * fit.sharp];
        if (x < -half || x > fit.width * fit.sharp + half) continue;
        const stand = this._chooser.stand(seat.place);
        const name = `${stand}${seat.colour}${seat.accessible}`;
        let stamp = stamps.get(name);
        if (!stamp) stamps.set(name, (stamp = stampOf(seat, stand, ink, grow, half)));
        pen.drawImage(stamp, Math.round(x - half), Math.round(y - half));
        if (fit.size >= NUMBERED_PX && stand === "free" && !seat.accessible) {
          pen.fillStyle = ink.mine;
          pen.font = `${fit.size * 0.3 * fit.sharp}px sans-serif`;
          pen.fillText(seat.number, x, y);
        }
      }
      this._ends(pen, row, ink, fit);
    }
  }

  /** The names at the ends of a row. @param {CanvasRenderingContext2D} pen @param {import("./house.js").Seat[]} row @param {Inks} ink @param {{by: number, x: number, y: number, sharp: number, size: number}} fit */
  _ends(pen, row, ink, fit) {
    if (!row[0].row || fit.size < NUMBERED_PX / 2) return;
    pen.fillStyle = ink.soft;
    pen.font = `${fit.size * 0.45 * fit.sharp}px sans-serif`;
    const { unit } = this._house;
    for (const [end, side] of /** @type {[import("./house.js").Seat, number][]} */ ([[row[0], -1], [row[row.length - 1], 1]]))
      pen.fillText(row[0].row, ((end.x + side * unit) * fit.by + fit.x) * fit.sharp, (end.y * fit.by + fit.y) * fit.sharp);
  }

  /** @param {CanvasRenderingContext2D} pen @param {import("./house.js").Scene} scene @param {Inks} ink */
  _scene(pen, scene, ink) {
    pen.save();
    pen.translate(scene.x, scene.y);
    pen.rotate((scene.rotation * Math.PI) / 180);
    const shape = new Path2D(sceneOutline(scene));
    pen.fillStyle = ink.ground;
    pen.strokeStyle = ink.taken;
    pen.lineWidth = this._house.unit / 15;
    pen.fill(shape);
    pen.stroke(shape);
    if (scene.text) {
      const [x, y] = wordsAt(scene);
      pen.fillStyle = ink.soft;
      pen.textAlign = "center";
      pen.textBaseline = "middle";
      pen.font = `${scene.text_size ?? this._house.unit * 0.7}px sans-serif`;
      pen.fillText(scene.text, x, y);
    }
    pen.restore();
  }

  /** @param {{by: number, x: number, y: number}} fit @param {number} size */
  _placeWalker(fit, size) {
    const seat = this._house.seats[this._place];
    const side = Math.max(size, 12);
    for (const walker of this._walkers) {
      walker.style.setProperty("--x", `${seat.x * fit.by + fit.x - side / 2}px`);
      walker.style.setProperty("--y", `${seat.y * fit.by + fit.y - side / 2}px`);
      walker.style.setProperty("--side", `${side}px`);
    }
    this._name(this._walkers[0]);
  }

  /** @returns {Inks} the colours as the sheet has them for this theme */
  _inks() {
    const style = getComputedStyle(this.element);
    const probes = this.element.parentElement?.querySelectorAll('.seat-map__probe[data-seat="free"]') ?? [];
    const colours = Array.from({ length: COLOURS }, () => style.color);
    for (const probe of probes) colours[Number(/** @type {HTMLElement} */ (probe).dataset.colour)] = getComputedStyle(probe).color;
    return { colours, mine: style.color, surface: style.backgroundColor, taken: style.borderTopColor, soft: style.caretColor, ground: style.outlineColor };
  }
}

/** @typedef {{colours: string[], mine: string, surface: string, taken: string, soft: string, ground: string}} Inks */

/** One seat, painted once for all that look like it. @param {import("./house.js").Seat} seat @param {string} stand @param {Inks} ink @param {number} grow @param {number} half */
function stampOf(seat, stand, ink, grow, half) {
  const stamp = document.createElement("canvas");
  [stamp.width, stamp.height] = [2 * half, 2 * half];
  const pen = /** @type {CanvasRenderingContext2D} */ (stamp.getContext("2d"));
  pen.setTransform(grow, 0, 0, grow, half, half);
  const shape = new Path2D(outline(seat.colour));
  const colour = ink.colours[seat.colour % COLOURS];
  pen.lineWidth = 2;
  pen.strokeStyle = stand === "taken" ? ink.taken : stand === "mine" ? ink.surface : colour;
  if (stand !== "taken") {
    pen.globalAlpha = stand === "mine" ? 1 : seat.accessible ? 0 : 0.25;
    pen.fillStyle = stand === "mine" ? ink.mine : colour;
    pen.fill(shape);
    pen.globalAlpha = 1;
    if (stand === "free") pen.stroke(shape);
  }
  const mark = stand === "taken" ? CROSS : stand === "mine" ? TICK : seat.accessible ? WHEEL : "";
  if (mark) pen.stroke(new Path2D(mark));
  return stamp;
}

/** @type {Map<string, number>} */
const known = new Map();

/** A colour of the sheet as the four bytes of a pixel. @param {string} colour */
function pixelOf(colour) {
  let pixel = known.get(colour);
  if (pixel === undefined) {
    const drop = document.createElement("canvas");
    [drop.width, drop.height] = [1, 1];
    const pen = /** @type {CanvasRenderingContext2D} */ (drop.getContext("2d"));
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    pixel = new Uint32Array(pen.getImageData(0, 0, 1, 1).data.buffer)[0];
    known.set(colour, pixel);
  }
  return pixel;
}
