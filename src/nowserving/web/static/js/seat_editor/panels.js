/** The forms beside the plan: what they show of what is chosen, and what they say. */
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { counted, curveOf, found, gapOf, keysOf, partOf } from "./plan.js";

/** @typedef {import("./plan.js").Plan} Plan */

/** @param {string} id @returns {any} */
export function field(id) {
  return document.getElementById(id);
}

/** What a form says: numbers as numbers, empty ones not at all. @param {HTMLFormElement} form @param {string} prefix @returns {Record<string, any>} */
export function said(form, prefix) {
  /** @type {Record<string, any>} */
  const values = {};
  for (const control of /** @type {any} */ (form.elements)) {
    if (!control.id?.startsWith(prefix)) continue;
    const name = control.id.slice(prefix.length).replace(/-(\w)/g, (/** @type {string} */ _, /** @type {string} */ letter) => letter.toUpperCase());
    if (control.type === "checkbox") values[name] = control.checked;
    else if (control.type !== "number") values[name] = control.value.trim();
    else if (control.value !== "") values[name] = Number(control.value);
  }
  return values;
}

/** Offer the categories wherever one is chosen. @param {Plan} plan */
export function offerCategories(plan) {
  for (const choice of /** @type {NodeListOf<HTMLSelectElement>} */ (document.querySelectorAll('#seat-editor select[id$="-category"]'))) {
    const before = choice.value;
    const names = plan.categories.map(({ name }) => name);
    choice.replaceChildren(...names.map((name) => h("option", { value: name }, name)));
    choice.value = names.includes(before) ? before : (names[0] ?? "");
  }
}

/** @param {Plan} plan @param {(nth: number) => void} onRemove */
export function showCategories(plan, onRemove) {
  const counts = counted(plan);
  field("categories").replaceChildren(
    ...plan.categories.map(({ name, color }, nth) =>
      h(
        "li",
        {},
        h("input", { type: "color", value: /^#[0-9a-f]{6}$/i.test(color ?? "") ? color : "#888888", "data-colour-of": nth, "aria-label": t("Colour of %(name)s", { name }) }),
        h("input", { class: "input", value: name, "data-name-of": nth, dir: "auto", required: true, "aria-label": t("Name of the category") }),
        h("span", { class: "soft" }, counts.get(name) ?? 0),
        !counts.get(name) && plan.categories.length > 1 && h("button", { type: "button", class: "button button--small", onclick: () => onRemove(nth) }, t("Remove")),
      ),
    ),
  );
}

/** What the outline is of: a plan in which something only moved has the same. */
let outlined = "";

/** Everything in the plan by its name, for whoever does not point. @param {Plan} plan @param {Set<string>} picked */
export function showOutline(plan, picked) {
  const names = JSON.stringify(plan.zones.map((zone) => [zone.name, zone.rows.map((row) => [row.row_number, row.seats.length]), zone.areas?.map((area) => [area.name, area.text])]));
  if (names === outlined) {
    for (const option of field("outline").options) if (option.selected !== picked.has(option.value)) option.selected = picked.has(option.value);
    return;
  }
  outlined = names;
  const groups = plan.zones.map((zone, nth) =>
    h(
      "optgroup",
      { label: zone.name || t("Without a section") },
      ...keysOf(plan)
        .filter((key) => partOf(key).zone === nth)
        .map((key) => {
          const part = found(plan, key);
          const words = part.seats ? t("Row %(name)s (%(n)s)", { name: part.row_number, n: part.seats.length }) : part.name || part.text?.text || part.text || t("An area");
          return h("option", { value: key, selected: picked.has(key) }, words);
        }),
    ),
  );
  field("outline").replaceChildren(...groups);
}

/** Show the panels of what is chosen. @param {Plan} plan @param {Set<string>} picked @param {Set<number>} seats */
export function showPanels(plan, picked, seats) {
  const rows = [...picked].filter((key) => partOf(key).kind === "rows");
  const areas = [...picked].filter((key) => partOf(key).kind === "areas");
  const single = picked.size === 1;
  field("panel-rows").hidden = !rows.length;
  field("panel-seats").hidden = !(single && rows.length);
  field("panel-area").hidden = !(single && areas.length);
  if (rows.length) showRow(found(plan, rows[0]), rows.length === 1);
  if (single && rows.length) showSeats(found(plan, rows[0]), seats);
  if (single && areas.length) showArea(found(plan, areas[0]));
}

/** @param {import("./plan.js").Row} row @param {boolean} only */
function showRow(row, only) {
  field("row-name").value = only ? row.row_number : "";
  field("row-name").closest(".field").hidden = !only;
  field("row-count").value = row.seats.length;
  field("row-count").closest(".field").hidden = !only;
  field("row-gap").value = gapOf(row);
  field("row-curve").value = curveOf(row);
  field("row-category").value = row.seats[0]?.category ?? "";
  for (const id of ["row-gap", "row-curve", "row-category"]) field(id).dataset.shown = field(id).value;
}

/** @param {import("./plan.js").Row} row @param {Set<number>} seats */
function showSeats(row, seats) {
  const marks = (/** @type {import("./plan.js").Seat} */ seat) => [seat.accessible && "♿", seat.companion_of && "+", seat.blocked && "×"].filter(Boolean).join(" ");
  field("seat-list").replaceChildren(...row.seats.map((seat, at) => h("option", { value: at, selected: seats.has(at) }, `${seat.seat_number || "·"} ${marks(seat)}`.trim())));
  const chosen = row.seats.filter((_, at) => seats.has(at));
  const first = chosen[0];
  field("seat-number").value = first?.seat_number ?? "";
  field("seat-number").closest(".field").hidden = chosen.length !== 1;
  field("seat-category").value = first?.category ?? row.seats[0]?.category ?? "";
  field("seat-accessible").checked = Boolean(first?.accessible);
  field("seat-companion").checked = Boolean(first?.companion_of);
  field("seat-blocked").value = first?.blocked ?? "";
}

/** @param {any} area */
function showArea(area) {
  field("area-text").value = (typeof area.text === "string" ? area.text : area.text?.text) ?? area.name ?? "";
  field("area-capacity").value = area.capacity ?? "";
  if (area.category) field("area-category").value = area.category;
  const box = area.rectangle ?? (area.ellipse ? { width: area.ellipse.radius.x * 2, height: area.ellipse.radius.y * 2 } : undefined) ?? (area.circle ? { width: area.circle.radius * 2, height: "" } : { width: area.width ?? "", height: area.height ?? "" });
  field("area-width").value = box.width;
  field("area-height").value = box.height;
  field("area-height").closest(".field").hidden = Boolean(area.circle || area.polygon);
  field("area-width").closest(".field").hidden = Boolean(area.polygon);
  field("area-rotation").value = area.rotation ?? 0;
}

/** An area as its panel says it is. @param {any} area @param {Record<string, any>} values @returns {any} */
export function areaSaid(area, { text, capacity, category, width, height, rotation = 0 }) {
  const { capacity: _, name: __, category: ___, ...rest } = area;
  const words = typeof area.text === "string" ? text : { ...area.text, text };
  const shape = area.circle
    ? { circle: { radius: (width ?? 0) / 2 } }
    : area.ellipse
      ? { ellipse: { radius: { x: (width ?? 0) / 2, y: (height ?? 0) / 2 } } }
      : area.rectangle
        ? { rectangle: { width, height } }
        : area.polygon
          ? {}
          : width && height
            ? { width: Math.round(width), height: Math.round(height) }
            : {};
  const turned = rotation || area.rotation !== undefined ? { rotation } : {};
  // Words of a box stand in its middle; those of other shapes stay where they are.
  if (area.rectangle && typeof words === "object") words.position = { x: width / 2, y: height / 2 };
  return { ...rest, ...shape, ...turned, text: words, ...(capacity ? { name: area.name && area.capacity ? area.name : text || t("An area"), capacity, category } : {}) };
}
