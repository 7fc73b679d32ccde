/** Choosing on the map: it ticks the boxes of the form below it, which is what is sent. Without it the form is all. */
import { linkWatcher } from "../connection.js";
import { announce, h, icon } from "../dom.js";
import { t, tn } from "../i18n.js";
import { follow } from "../live.js";
import { SeatPicture } from "./canvas.js";
import { MOST_DRAWN, houseOf } from "./house.js";
import { SeatMap, draw } from "./map.js";
import { COLOURS, CROSS, TICK, outline } from "./shapes.js";
import { Taken, freeIn } from "./taken.js";
import { Tray, priceWords, sumWords } from "./tray.js";
import { View } from "./view.js";

const place = document.getElementById("seat-map");
const form = /** @type {HTMLFormElement | null} */ (document.getElementById("seat-form"));
if (place && form) show(place, form);

/** @param {HTMLElement} place an element with data-performance @param {HTMLFormElement} form */
async function show(place, form) {
  const path = `/api/v1/performances/${place.dataset.performance}/seats`;
  const seating = await read(path);
  if (!seating) return;
  const house = houseOf(seating.data);
  if (house.rows.length) new Choosing(place, form, path, seating.data, house).start();
}

class Choosing {
  /** @param {HTMLElement} place @param {HTMLFormElement} form @param {string} path @param {any} seating @param {import("./house.js").House} house */
  constructor(place, form, path, seating, house) {
    this.place = place;
    this.form = form;
    this.path = path;
    this.seating = seating;
    this.house = house;
    this.taken = new Taken();
    /** @type {Set<number>} */
    this.mine = new Set([.../** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('input[name^="seat_"]:checked'))].map((box) => Number(box.name.slice(5))));
    const chooser = { words: (/** @type {number} */ nth) => this.words(nth), stand: (/** @type {number} */ nth) => this.stand(nth), onPress: (/** @type {number} */ nth) => this.press(nth), onFocus: (/** @type {number} */ nth) => this.view.show(nth) };
    this.map = house.seats.length > MOST_DRAWN ? new SeatPicture(house, chooser) : new SeatMap(house, chooser);
    this.view = new View(house, /** @type {any} */ (this.map.element), { onLook: (view, by) => this.map.look(view, by), onSeat: chooser.onPress, onArea: (area) => this.pressArea(area) });
    this.tray = new Tray(form.id, chooser.onPress);
    this.areas = h("div", { class: "seat-map__areas" });
  }

  start() {
    const { place, house, map } = this;
    house.colours.forEach((colour, nth) => colour && place.style.setProperty(`--category-${nth % COLOURS}`, colour));
    // As wide as the house for its height, within what the sheet allows.
    map.element.style.setProperty("--shape", String(house.box.width / house.box.height));
    place.replaceChildren(this.view.tools(), map.element, this.legend(), this.areas, this.tray.element);
    place.hidden = false;
    this.view.whole();
    this.form.addEventListener("change", (event) => this.ticked(/** @type {HTMLInputElement} */ (event.target)));
    this.repaint(house.seats.map((seat) => seat.place));
    follow([`seats:${place.dataset.performance}`], {
      // A stream that begins knows nothing of before: what stands is read once more.
      onState: () => {
        this.taken.begin();
        this.readTaken();
      },
      onLine: (_, news) => (news.anew ? location.reload() : this.noted(this.taken.tell(news))),
      onLink: linkWatcher(),
    });
  }

  async readTaken() {
    const answer = await read(`${this.path}/taken`);
    if (!answer) return;
    if (answer.data.edition !== this.seating.edition) location.reload();
    else this.noted(this.taken.read(answer.data));
  }

  /** @param {number} nth @returns {HTMLInputElement | null} */
  box(nth) {
    return this.form.querySelector(`input[name="seat_${nth}"]`);
  }

  /** @param {number} nth @returns {import("./map.js").Stand} */
  stand(nth) {
    if (this.mine.has(nth)) return "mine";
    return this.taken.has(nth) ? "taken" : "free";
  }

  /** @param {number} nth */
  words(nth) {
    const seat = this.house.seats[nth];
    const category = this.house.categories.length > 1 && seat.category;
    return [seat.name, category, priceWords(this.seating.prices[seat.category]), seat.accessible && t("for a wheelchair"), this.stand(nth) === "taken" && t("taken")].filter(Boolean).join(", ");
  }

  /** Take a seat, or put it back. @param {number} nth */
  press(nth) {
    if (this.stand(nth) === "taken") return announce(t("This seat is taken."));
    if (!this.mine.has(nth) && this.mine.size >= this.seating.per_person) return announce(t("You have as many seats as one person may take."), { urgent: true });
    // A section that the list does not show, and places without numbers, have no box yet.
    const box = this.box(nth) ?? this.form.appendChild(/** @type {HTMLInputElement} */ (h("input", { type: "checkbox", name: `seat_${nth}`, hidden: true })));
    box.checked = !this.mine.has(nth);
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {import("./house.js").Scene} area */
  pressArea(area) {
    const [first] = freeIn(this.taken, this.mine, area);
    if (first === undefined) return announce(t("Every place here is taken."));
    this.press(first);
  }

  /** @param {HTMLInputElement} box */
  ticked(box) {
    const found = /^seat_(\d+)$/.exec(box.name);
    if (!found) return;
    const nth = Number(found[1]);
    if (box.checked) this.mine.add(nth);
    else this.mine.delete(nth);
    this.repaint([nth]);
  }

  /** Seats have changed hands. One that I had chosen is let go, and I hear of it. @param {number[]} places */
  noted(places) {
    for (const nth of places) {
      const gone = this.taken.has(nth);
      if (gone && this.mine.delete(nth)) announce(t("%(seat)s has just been taken by somebody else.", { seat: this.house.seats[nth].name }), { urgent: true });
      const box = this.box(nth);
      if (!box) continue;
      box.disabled = gone;
      if (gone) box.checked = false;
      box.closest("label")?.classList.toggle("seat--taken", gone);
    }
    if (places.length) this.repaint(places);
  }

  /** @param {number[]} places */
  repaint(places) {
    this.map.paint(places);
    const seats = [...this.mine].sort((one, other) => one - other).map((nth) => this.house.seats[nth]);
    this.tray.show(seats, sumWords(seats.map((seat) => this.seating.prices[seat.category])));
    this.showAreas();
  }

  showAreas() {
    this.areas.replaceChildren(
      ...this.house.areas.map((area) => {
        const left = freeIn(this.taken, this.mine, area).length;
        const words = [area.name, priceWords(this.seating.prices[area.category ?? ""]), tn("%(n)s place left", "%(n)s places left", left)].filter(Boolean).join(" · ");
        return h("button", { type: "button", class: "button button--small", disabled: !left, onclick: () => this.pressArea(area) }, icon("plus"), h("bdi", {}, words));
      }),
    );
  }

  legend() {
    const swatch = (/** @type {number} */ nth, /** @type {string} */ stand) => {
      const svg = draw("svg", { class: "seat-map__swatch", viewBox: "-12 -12 24 24", "aria-hidden": "true" });
      const seat = draw("g", { class: "seat-map__seat seat-map__probe", "data-colour": nth % COLOURS, "data-seat": stand });
      seat.append(draw("path", { class: "seat-map__shape", d: outline(nth) }), draw("path", { class: "seat-map__mark", d: { taken: CROSS, mine: TICK }[stand] ?? "" }));
      svg.append(seat);
      return svg;
    };
    const { categories } = this.house;
    return h(
      "ul",
      { class: "seat-map__legend" },
      ...categories.map((name, nth) => h("li", {}, swatch(nth, "free"), h("bdi", {}, [name, priceWords(this.seating.prices[name])].filter(Boolean).join(" · ")))),
      h("li", {}, swatch(0, "mine"), h("span", {}, t("Chosen by you"))),
      h("li", {}, swatch(0, "taken"), h("span", {}, t("Taken"))),
    );
  }
}

/** @param {string} path @returns {Promise<any>} */
async function read(path) {
  // "no-cache" asks with the tag of what is known: nothing new costs a few bytes.
  const answer = await fetch(path, { headers: { Accept: "application/json" }, cache: "no-cache" }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}
