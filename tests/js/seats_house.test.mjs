import assert from "node:assert/strict";
import { test } from "node:test";
import { areaAt, beside, closeTo, corners, fitOf, houseOf, moved, seatAt, zoomed } from "../../src/nowserving/web/static/js/seats/house.js";
import { Taken, bitsOf, changed, freeIn, isTaken } from "../../src/nowserving/web/static/js/seats/taken.js";

const FIELDS = ["guid", "name", "section", "row", "number", "category", "x", "y", "area", "accessible", "companion_of"];
const seat = (row, number, x, y, section = "Stalls") => [`${row}-${number}`, `${section}, ${row}, ${number}`, section, row, String(number), "Seats", x, y, null, false, null];
const place = () => ["floor#1", "Floor", "Stalls", "", "", "Standing", 500, 500, "floor", false, null];
const of = (seats, scenery = []) => houseOf({ fields: FIELDS, seats, scenery, categories: ["Seats", "Standing"], colours: { Seats: "#3366cc" } });
const houseWith = (...seats) => of(seats);
/** Row B is shorter, and its numbers run from right to left. */
const SMALL = houseWith(seat("A", 1, 0, 0), seat("A", 2, 30, 0), seat("A", 3, 60, 0), seat("B", 1, 60, 30), seat("B", 2, 30, 30));
const named = (nth) => SMALL.seats[nth].guid;
const from = (guid, key) => named(beside(SMALL, SMALL.seats.findIndex((one) => one.guid === guid), key));

test("arrows go along a row as it stands, whatever its numbers", () => {
  assert.equal(from("A-1", "ArrowRight"), "A-2");
  assert.equal(from("B-1", "ArrowLeft"), "B-2");
  assert.equal(from("B-2", "ArrowRight"), "B-1");
});

test("arrows across go to whom is nearest in the next row", () => {
  assert.equal(from("A-3", "ArrowDown"), "B-1");
  assert.equal(from("A-1", "ArrowDown"), "B-2");
  assert.equal(from("B-2", "ArrowUp"), "A-2");
});

test("nobody walks off the end of a row or of the house", () => {
  for (const [guid, key] of [["A-1", "ArrowLeft"], ["A-3", "ArrowRight"], ["A-2", "ArrowUp"], ["B-1", "ArrowDown"], ["A-2", "x"]]) assert.equal(from(guid, key), guid);
  assert.equal(from("A-2", "Home"), "A-1");
  assert.equal(from("A-2", "End"), "A-3");
});

test("places of an area stand in no row, and keep their number in the order", () => {
  const house = houseWith(seat("A", 1, 0, 0), place(), seat("A", 2, 30, 0));
  assert.deepEqual(house.rows.map((row) => row.map((one) => one.place)), [[0, 2]]);
  assert.equal(house.seats.length, 3);
  assert.equal(beside(house, 1, "ArrowLeft"), 1);
});

test("a section is as large as its seats", () => {
  const house = houseWith(seat("A", 1, 0, 0), seat("A", 2, 20, 0), seat("A", 1, 0, 400, "Circle"));
  assert.deepEqual([...house.sections.keys()], ["Stalls", "Circle"]);
  assert.deepEqual(house.sections.get("Circle"), { x: -20, y: 380, width: 40, height: 40 });
});

test("the first seat has the highest bit", () => {
  const bits = bitsOf(Buffer.from([0b10000001, 0b01000000]).toString("base64"));
  assert.deepEqual([...Array(16).keys()].filter((nth) => isTaken(bits, nth)), [0, 7, 9]);
});

test("only what differs is painted again", () => {
  const [before, after] = [Uint8Array.of(0b10000001, 0), Uint8Array.of(0b10000010, 0b00000001)];
  assert.deepEqual(changed(before, after), [6, 7, 15]);
  assert.deepEqual(changed(after, after), []);
});

test("a press beside every seat presses none", () => {
  assert.equal(seatAt(SMALL, 31, 4)?.guid, "A-2");
  assert.equal(seatAt(SMALL, 300, 300), undefined);
});

test("the point under the finger stays there when the map comes nearer", () => {
  const large = houseWith(...Array.from({ length: 40 }, (_, nth) => seat("A", nth, nth * 30, 0)), seat("B", 1, 0, 900));
  const near = zoomed(large.box, 0.5, { x: 300, y: 0 }, large);
  assert.equal((300 - near.x) / near.width, (300 - large.box.x) / large.box.width);
  assert.deepEqual(zoomed(near, 100, { x: 300, y: 0 }, large).width, large.box.width);
});

test("the house can't be pushed out of sight", () => {
  const view = moved(SMALL.box, 10_000, -10_000, SMALL);
  assert.ok(view.x < SMALL.box.x + SMALL.box.width && view.y + view.height > SMALL.box.y);
});

test("fifty thousand seats are prepared, and an arrow finds its way among them", () => {
  const many = houseWith(...Array.from({ length: 50_000 }, (_, nth) => seat(`R${Math.floor(nth / 100)}`, nth % 100, (nth % 100) * 30, Math.floor(nth / 100) * 30)));
  assert.equal(many.rows.length, 500);
  assert.equal(beside(many, 49_999, "ArrowUp"), 49_899);
});

test("a stage is part of the house, turned as it stands", () => {
  const stage = { shape: "rectangle", x: 0, y: -100, rotation: 90, width: 60, height: 20 };
  assert.deepEqual(corners(stage).map(({ x, y }) => [Math.round(x), Math.round(y)]), [[0, -100], [0, -40], [-20, -40], [-20, -100]]);
  const house = of([seat("A", 1, 0, 0), seat("A", 2, 30, 0)], [stage]);
  assert.equal(house.box.y, -148);
  assert.equal(house.areas.length, 0);
});

test("a press on an area finds it by its outline, and gives the first places that nobody has", () => {
  const floor = { shape: "polygon", x: 100, y: 100, rotation: 0, points: [[0, 0], [50, 0], [0, 50]], name: "Floor", category: "Standing", first: 2, many: 4 };
  const house = of([seat("A", 1, 0, 0), seat("A", 2, 30, 0)], [floor]);
  assert.equal(areaAt(house, 110, 110)?.name, "Floor");
  assert.equal(areaAt(house, 140, 140), undefined);
  const taken = new Taken();
  taken.read({ version: 1, taken: Buffer.from([0b00100000]).toString("base64") });
  assert.deepEqual(freeIn(taken, new Set([4]), floor), [3, 5]);
});

test("what was told while it was read is not lost, and what is older changes nothing", () => {
  const seats = new Taken();
  assert.deepEqual(seats.tell({ version: 5, taken: [0], freed: [] }), [], "nothing is known yet");
  seats.tell({ version: 7, taken: [3], freed: [] });
  seats.read({ version: 6, taken: Buffer.from([0b01000000]).toString("base64") });
  assert.deepEqual([0, 1, 2, 3].map((place) => seats.has(place)), [false, true, false, true]);
  assert.deepEqual(seats.tell({ version: 8, taken: [2, 3], freed: [1] }), [2, 1], "only what changes is painted");
  assert.deepEqual(seats.tell({ version: 6, taken: [5], freed: [] }), []);
});

test("a stream that begins again forgets what the next reading has", () => {
  const seats = new Taken();
  seats.tell({ version: 9, taken: [0], freed: [] });
  seats.begin();
  seats.read({ version: 3, taken: Buffer.from([0]).toString("base64") });
  assert.equal(seats.has(0), false, "a backup was put back: what was told before it never was");
});

test("a view that is close to a seat has it in the middle, as large as was asked", () => {
  const view = closeTo(SMALL, { x: 30, y: 0 }, 300, 200, 45);
  const fit = fitOf(view, 300, 200);
  assert.equal(SMALL.unit * fit.by, 45);
  assert.deepEqual([30 * fit.by + fit.x, fit.y], [150, 100]);
});
