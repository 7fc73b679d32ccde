/** The editor of a seat map: every change is a new plan in the history, and saving sends the plan as it is. */
import { announce, setText } from "../dom.js";
import { t, tn } from "../i18n.js";
import { Drawing } from "./drawing.js";
import { History } from "./history.js";
import { areaSaid, field, offerCategories, said, showCategories, showOutline, showPanels } from "./panels.js";
import { categoryRenamed, changed, counted, found, free, keysOf, movedBy, partOf, relaid, seatsChanged, seatsRemoved, wheelBeside, withArea, withRows, withSize, withTable, without } from "./plan.js";

const STEP = 5;
const COLOURS = ["#c25a00", "#7a3fb0", "#1c8045", "#b8322a", "#0b7d87", "#8a7400"];

/** @param {HTMLElement} root */
async function begin(root) {
  const starter = document.getElementById("starter")?.textContent;
  if (starter) return new Editor(root, JSON.parse(starter), "");
  const answer = await fetch(`/api/v1/seat-maps/${root.dataset.seatMap}`, { headers: { Accept: "application/json" }, cache: "no-store" }).catch(() => null);
  if (!answer?.ok) return announce(t("The plan could not be read. Please load the page again."), { urgent: true });
  const { data } = await answer.json();
  new Editor(root, data.plan, answer.headers.get("etag") ?? "");
}

class Editor {
  /** @param {HTMLElement} root @param {import("./plan.js").Plan} plan @param {string} tag of the version that was read */
  constructor(root, plan, tag) {
    this.root = root;
    this.tag = tag;
    this.name = field("map-name").value;
    /** @type {History<import("./plan.js").Plan>} */
    this.history = new History(plan);
    /** @type {Set<string>} */
    this.picked = new Set();
    /** @type {Set<number>} */
    this.seats = new Set();
    root.hidden = false;
    const place = field("editor-place");
    this.drawing = new Drawing(place, plan, {
      onPick: (hit, more) => this.pick(hit, more),
      onMoved: (x, y) => (x || y ? this.change(movedBy(this.plan, this.picked, x, y)) : this.show()),
      onSwept: (keys) => this.choose(new Set(keys)),
      isPicked: (key) => this.picked.has(key),
    });
    this.drawing.element.setAttribute("aria-label", place.dataset.words ?? "");
    this.listen();
    this.show();
  }

  get plan() {
    return this.history.now;
  }

  /** @param {import("./plan.js").Plan} plan */
  change(plan) {
    this.history.do(plan);
    this.settle();
  }

  /** What is not there any more is not chosen any more. */
  settle() {
    this.picked = new Set([...this.picked].filter((key) => found(this.plan, key)));
    const row = this.picked.size === 1 ? found(this.plan, [...this.picked][0]) : undefined;
    this.seats = new Set([...this.seats].filter((at) => row?.seats?.[at]));
    this.show();
  }

  /** @param {Set<string>} keys */
  choose(keys) {
    this.picked = keys;
    this.seats = new Set();
    this.show();
  }

  /** A row that is chosen alone gives its seats to the next press. @param {import("./drawing.js").Hit | null} hit @param {boolean} more */
  pick(hit, more) {
    if (!hit) return this.choose(new Set());
    if (hit.seat >= 0 && this.picked.size === 1 && this.picked.has(hit.key)) {
      const seats = new Set(more ? this.seats : []);
      if (this.seats.has(hit.seat)) seats.delete(hit.seat);
      else seats.add(hit.seat);
      this.seats = seats;
      return this.show();
    }
    const keys = new Set(more ? this.picked : []);
    if (more && keys.has(hit.key)) keys.delete(hit.key);
    else keys.add(hit.key);
    this.choose(keys);
  }

  show() {
    const { plan, history } = this;
    this.drawing.show(plan, this.picked, this.seats);
    offerCategories(plan);
    showPanels(plan, this.picked, this.seats);
    showOutline(plan, this.picked);
    showCategories(plan, (nth) => this.change({ ...this.plan, categories: this.plan.categories.filter((_, at) => at !== nth) }));
    const many = [...counted(plan).values()].reduce((sum, one) => sum + one, 0);
    setText(field("editor-count"), [tn("%(n)s seat", "%(n)s seats", many), this.isSaved ? "" : t("not saved yet")].filter(Boolean).join(" · "));
    this.button("undo").disabled = !history.canUndo;
    this.button("redo").disabled = !history.canRedo;
    this.button("remove").disabled = !this.picked.size;
  }

  get isSaved() {
    return this.history.isSaved && this.name === field("map-name").value && Boolean(this.tag);
  }

  /** @param {string} name @returns {any} */
  button(name) {
    return this.root.querySelector(`[data-do="${name}"]`);
  }

  listen() {
    const acts = {
      undo: () => this.back(() => this.history.undo()),
      redo: () => this.back(() => this.history.redo()),
      nearer: () => this.drawing.zoom(true),
      farther: () => this.drawing.zoom(false),
      whole: () => this.drawing.whole(),
      remove: () => this.remove(),
      "remove-seats": () => this.removeSeats(),
      "add-category": () => this.addCategory(),
      save: () => this.save(),
    };
    for (const [name, act] of Object.entries(acts)) this.button(name).addEventListener("click", act);
    const forms = {
      "panel-rows": () => this.applyRows(),
      "panel-seats": () => this.applySeats(),
      "panel-area": () => this.applyArea(),
      "add-rows": (/** @type {HTMLFormElement} */ form) => this.add(withRows(this.plan, this.rowsSaid(form))),
      "add-table": (/** @type {HTMLFormElement} */ form) => this.add(withTable(this.plan, { gap: 30, .../** @type {any} */ (said(form, "table-")) })),
      "add-area": (/** @type {HTMLFormElement} */ form) => this.add(withArea(this.plan, { width: 240, height: 60, .../** @type {any} */ (said(form, "new-")) })),
      "plan-basics": () => this.applyCategories(),
    };
    for (const [id, apply] of Object.entries(forms))
      field(id).addEventListener("submit", (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        apply(field(id));
      });
    field("outline").addEventListener("change", () => this.choose(new Set([...field("outline").selectedOptions].map((option) => option.value))));
    field("seat-list").addEventListener("change", () => {
      this.seats = new Set([...field("seat-list").selectedOptions].map((option) => Number(option.value)));
      this.show();
    });
    document.addEventListener("keydown", (event) => this.key(event));
    window.addEventListener("beforeunload", (event) => {
      if (!this.isSaved && this.history.canUndo) event.preventDefault();
    });
  }

  /** @param {() => void} turn */
  back(turn) {
    turn();
    this.settle();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const typing = event.target instanceof Element && event.target.closest("input, select, textarea");
    const letter = event.key.toLowerCase();
    if ((event.ctrlKey || event.metaKey) && !typing && (letter === "z" || letter === "y")) {
      event.preventDefault();
      this.back(() => (letter === "y" || event.shiftKey ? this.history.redo() : this.history.undo()));
    }
    if (event.target !== this.drawing.element || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? 1 : STEP;
    const way = { ArrowLeft: [-far, 0], ArrowRight: [far, 0], ArrowUp: [0, -far], ArrowDown: [0, far] }[event.key];
    if (way && this.picked.size) this.change(movedBy(this.plan, this.picked, way[0], way[1]));
    else if (event.key === "Delete" || event.key === "Backspace") this.seats.size ? this.removeSeats() : this.remove();
    else if (event.key === "Escape") this.choose(new Set());
    else return;
    event.preventDefault();
  }

  remove() {
    if (this.picked.size) this.change(without(this.plan, this.picked));
  }

  removeSeats() {
    const [key] = this.picked;
    if (this.seats.size === found(this.plan, key)?.seats?.length) return this.remove();
    const seats = this.seats;
    this.seats = new Set();
    if (seats.size) this.change(seatsRemoved(this.plan, key, seats));
  }

  /** What was added is chosen, so that it can be dragged to where it belongs. @param {import("./plan.js").Plan} plan */
  add(plan) {
    const before = new Set(keysOf(this.plan));
    const fresh = keysOf(plan).filter((key) => !before.has(key));
    this.change(plan);
    this.choose(new Set(fresh));
    this.drawing.whole();
  }

  /** @param {HTMLFormElement} form @returns {any} */
  rowsSaid(form) {
    const { many, ...more } = said(form, "rows-");
    return { ...more, rows: many };
  }

  applyRows() {
    const { name, count, gap, curve, category } = said(field("panel-rows"), "row-");
    const rows = [...this.picked].filter((key) => partOf(key).kind === "rows");
    const only = rows.length === 1;
    const first = found(this.plan, rows[0]);
    let plan = this.plan;
    // Only what was said anew: a row that is not an arc keeps its shape while it gets another name.
    const bent = field("row-curve").value !== field("row-curve").dataset.shown || field("row-gap").value !== field("row-gap").dataset.shown || (only && count !== first.seats.length);
    if (bent && gap) for (const key of rows) plan = relaid(plan, key, { count: only ? count : found(plan, key).seats.length, gap, curve: curve ?? 0 });
    if (only && name && name !== first.row_number) plan = changed(plan, rows, (row) => ({ ...row, row_number: name }));
    if (category !== field("row-category").dataset.shown) plan = changed(plan, rows, (row) => ({ ...row, seats: row.seats.map((/** @type {any} */ seat) => ({ ...seat, category })) }));
    this.change(plan);
  }

  applySeats() {
    const [key] = this.picked;
    const row = found(this.plan, key);
    const { number, category, accessible, companion, blocked } = said(field("panel-seats"), "seat-");
    const only = this.seats.size === 1;
    let at = -1;
    this.change(
      seatsChanged(this.plan, key, this.seats, (seat) => {
        at = row.seats.indexOf(seat, at + 1);
        const beside = companion && !accessible ? wheelBeside(row, at) : undefined;
        const bare = free(free(free(seat, "accessible"), "companion_of"), "blocked");
        return { ...bare, category, ...(only ? { seat_number: number } : {}), ...(accessible ? { accessible: true } : {}), ...(beside ? { companion_of: beside } : {}), ...(blocked ? { blocked } : {}) };
      }),
    );
    if (companion && !accessible && this.seats.size && !row.seats.some((/** @type {any} */ seat) => seat.accessible)) announce(t("There is no seat for a wheelchair in this row."), { urgent: true });
  }

  applyArea() {
    const values = said(field("panel-area"), "area-");
    this.change(changed(this.plan, this.picked, (area) => areaSaid(area, values)));
  }

  addCategory() {
    const names = new Set(this.plan.categories.map(({ name }) => name));
    let nth = names.size + 1;
    while (names.has(t("Category %(n)s", { n: nth }))) nth += 1;
    this.change({ ...this.plan, categories: [...this.plan.categories, { name: t("Category %(n)s", { n: nth }), color: COLOURS[names.size % COLOURS.length] }] });
  }

  applyCategories() {
    let plan = this.plan;
    this.plan.categories.forEach(({ name, color }, nth) => {
      const [wanted, colour] = [this.input("name", nth)?.value.trim(), this.input("colour", nth)?.value];
      if (wanted && wanted !== name && !plan.categories.some((one) => one.name === wanted)) plan = categoryRenamed(plan, name, wanted);
      if (colour && colour !== (color ?? "#888888")) plan = { ...plan, categories: plan.categories.map((one, at) => (at === nth ? { ...one, color: colour } : one)) };
    });
    this.change(plan);
    this.show();
  }

  /** @param {string} what @param {number} nth @returns {HTMLInputElement | null} */
  input(what, nth) {
    return this.root.querySelector(`[data-${what}-of="${nth}"]`);
  }

  async save() {
    const { branch, seatMap } = this.root.dataset;
    const [name, plan] = [field("map-name").value, this.plan];
    this.button("save").setAttribute("aria-busy", "true");
    const answer = await fetch(seatMap ? `/api/v1/seat-maps/${seatMap}` : `/api/v1/branches/${branch}/seat-maps`, {
      method: seatMap ? "PUT" : "POST",
      headers: { Accept: "application/json", "Content-Type": "application/json", ...(seatMap ? { "If-Match": this.tag } : {}) },
      // What nobody has changed goes back as it came.
      body: JSON.stringify({ name, plan: this.history.canUndo ? withSize(plan) : plan }),
    }).catch(() => null);
    const told = await answer?.json().catch(() => null);
    this.button("save").removeAttribute("aria-busy");
    if (!answer?.ok) return this.refused(told);
    field("editor-refusal").hidden = true;
    this.tag = `"${told.data.edited}"`;
    this.name = name;
    if (this.plan === plan) this.history.saved();
    this.show();
    announce(t("Saved."));
    if (!seatMap) location.replace(`/admin/seat-maps/${told.data.id}/edit`);
  }

  /** @param {any} told */
  refused(told) {
    const place = field("editor-refusal");
    const wrong = (told?.errors ?? []).map((/** @type {any} */ one) => `${one.pointer}: ${one.detail}`);
    place.textContent = [told?.detail ?? t("The server can't be reached. Nothing was changed."), ...wrong.slice(0, 5)].join(" ");
    place.hidden = false;
    place.focus();
  }
}

const root = document.getElementById("seat-editor");
if (root) begin(root);
