import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../src/nowserving/web/static/js/seat_editor/history.js";
import { arc, categoryRenamed, counted, curveOf, extentOf, found, gapOf, keysOf, movedBy, nextName, originOf, relaid, seatsChanged, seatsRemoved, wheelBeside, withArea, withRows, withSize, withTable, without } from "../../src/nowserving/web/static/js/seat_editor/plan.js";

const EMPTY = { name: "House", categories: [{ name: "Adult", color: "#3366cc" }], zones: [] };
const ROWS = { section: "Stalls", rows: 3, seats: 5, more: 1, first: "A", gap: 30, rowGap: 40, curve: 0, category: "Adult", backwards: false };
const plan = withRows(EMPTY, ROWS);
const guids = (some) => some.zones.flatMap((zone) => zone.rows.flatMap((row) => row.seats.map((seat) => seat.seat_guid)));

test("rows come by count, each behind the other and longer by some, with names of their own", () => {
  assert.deepEqual(plan.zones[0].rows.map((row) => [row.row_number, row.seats.length, row.position.y]), [["A", 5, 40], ["B", 6, 80], ["C", 7, 120]]);
  assert.equal(new Set(guids(plan)).size, 18);
  assert.equal(plan.zones[0].rows[0].seats[0].seat_guid, "Stalls-A-1");
  const again = withRows(plan, { ...ROWS, rows: 1 });
  assert.equal(new Set(guids(again)).size, 23, "the same names a second time are other seats");
  assert.equal(again.zones.length, 1);
  assert.deepEqual(withRows(EMPTY, { ...ROWS, backwards: true }).zones[0].rows[0].seats.map((seat) => seat.seat_number), ["5", "4", "3", "2", "1"]);
});

test("a bent row has its ends towards the stage and its seats as far apart as before", () => {
  const points = arc(11, 30, 60);
  assert.ok(points[0].y < -20 && points[5].y === 0);
  const bent = withRows(EMPTY, { ...ROWS, seats: 11, curve: 60 }).zones[0].rows;
  assert.ok(Math.abs(gapOf(bent[0]) - 30) < 0.2);
  assert.ok(Math.abs(curveOf(bent[0]) - 60) <= 1);
  assert.ok(curveOf(bent[2]) < 60, "rows behind are of wider circles");
});

test("a row is bent and counted anew, and its seats stay who they are", () => {
  const marked = seatsChanged(plan, "0/rows/0", new Set([1]), (seat) => ({ ...seat, blocked: "pillar" }));
  const after = relaid(marked, "0/rows/0", { count: 7, gap: 30, curve: 40 });
  const row = found(after, "0/rows/0");
  assert.deepEqual([row.seats.length, row.seats[1].blocked, row.seats[6].seat_guid], [7, "pillar", "Stalls-A-6".replace("6", "7")]);
  assert.equal(curveOf(row), 40);
  assert.deepEqual(originOf(after, "0/rows/0"), originOf(plan, "0/rows/0"));
  assert.equal(relaid(after, "0/rows/0", { count: 2, gap: 30, curve: 0 }).zones[0].rows[0].seats.length, 2);
});

test("what is not changed is the same, members that nobody knows too", () => {
  const odd = { ...plan, zones: [{ ...plan.zones[0], zone_id: "p", rows: plan.zones[0].rows.map((row) => ({ ...row, uuid: row.row_number, row_label: "Reihe" })) }] };
  const after = movedBy(odd, ["0/rows/1"], 5, -10);
  assert.equal(after.zones[0].rows[0], odd.zones[0].rows[0]);
  assert.deepEqual([after.zones[0].zone_id, after.zones[0].rows[1].uuid, after.zones[0].rows[1].row_label], ["p", "B", "Reihe"]);
  assert.deepEqual(originOf(after, "0/rows/1"), { x: 5, y: 70 });
});

test("a table has its seats around it", () => {
  const after = withTable(plan, { section: "Hall", name: "T1", seats: 8, gap: 30, category: "Adult" });
  const row = found(after, "1/rows/0");
  const far = row.seats.map(({ position }) => Math.round(Math.hypot(position.x, position.y)));
  assert.equal(new Set(far).size, 1);
  assert.equal(found(after, "1/areas/0").circle.radius, Math.round((38.2 - 18) * 100) / 100);
});

test("an area has places or only words, and stands below what is there", () => {
  const { y, height } = extentOf(plan);
  const after = withArea(withArea(plan, { section: "Floor", text: "Standing", width: 200, height: 80, capacity: 50, category: "Adult" }), { section: "Floor", text: "Stage", width: 100, height: 40 });
  assert.equal(found(after, "1/areas/0").name, "Standing");
  assert.ok(originOf(after, "1/areas/0").y > y + height);
  assert.ok(!("capacity" in found(after, "1/areas/1")));
  assert.deepEqual([...counted(after)], [["Adult", 68]]);
});

test("a companion's seat loses its name when its accessible seat goes or is one no more", () => {
  let some = seatsChanged(plan, "0/rows/0", new Set([0]), (seat) => ({ ...seat, accessible: true }));
  const beside = wheelBeside(found(some, "0/rows/0"), 1);
  assert.equal(beside, "Stalls-A-1");
  some = seatsChanged(some, "0/rows/0", new Set([1]), (seat) => ({ ...seat, companion_of: beside }));
  assert.equal(found(some, "0/rows/0").seats[1].companion_of, "Stalls-A-1");
  assert.ok(!("companion_of" in found(seatsRemoved(some, "0/rows/0", new Set([0])), "0/rows/0").seats[0]));
  const ordinary = seatsChanged(some, "0/rows/0", new Set([0]), ({ accessible: _, ...seat }) => seat);
  assert.ok(!("companion_of" in found(ordinary, "0/rows/0").seats[1]));
  assert.equal(wheelBeside(found(plan, "0/rows/0"), 1), undefined);
});

test("what is taken out is gone, and a section that is empty too", () => {
  assert.deepEqual(without(plan, ["0/rows/0", "0/rows/2"]).zones[0].rows.map((row) => row.row_number), ["B"]);
  assert.deepEqual(without(plan, keysOf(plan)).zones, []);
});

test("a category is called something else wherever it is", () => {
  const after = categoryRenamed(withArea(plan, { section: "F", text: "S", width: 9, height: 9, capacity: 2, category: "Adult" }), "Adult", "Stalls");
  assert.deepEqual([...counted(after)], [["Stalls", 20]]);
});

test("row names go on as they began", () => {
  assert.deepEqual([nextName("Y", 2), nextName("AZ", 1), nextName("9", 3), nextName("Box", 0), nextName("Box", 1)], ["AA", "BA", "12", "Box", "Box 2"]);
});

test("a plan is as large as what is in it", () => {
  assert.deepEqual(withSize(plan).size, { width: 120, height: 150 });
});

test("what was done is taken back and done again, until something else is done", () => {
  const history = new History("a");
  history.do("b");
  history.do("c");
  history.undo();
  assert.deepEqual([history.now, history.canUndo, history.canRedo, history.isSaved], ["b", true, true, false]);
  history.redo();
  history.saved();
  history.undo();
  history.do("d");
  assert.deepEqual([history.now, history.canRedo, history.isSaved], ["d", false, false]);
  history.undo();
  history.undo();
  history.undo();
  assert.equal(history.now, "a");
});
