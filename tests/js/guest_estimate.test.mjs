import assert from "node:assert/strict";
import { test } from "node:test";
import { estimate, whyLonger } from "../../src/nowserving/web/static/js/guest/estimate.js";

const PACE = { desks: 2, mean_s: 280, variation: 0.4, stays: 1, samples: 60 };

test("nobody can tell without a pace, and without an open desk", () => {
  assert.equal(estimate(3, { desks: 2 }), null);
  assert.equal(estimate(3, { ...PACE, desks: 0 }), null);
});

test("both ends are rounded outwards to half minutes", () => {
  const { low_s: low, high_s: high } = estimate(3, PACE);
  assert.equal(low % 30, 0);
  assert.equal(high % 30, 0);
  assert.ok(low < high);
});

test("a wait of days is no number", () => {
  assert.equal(estimate(100_000, PACE), null);
});

test("who is rehearsed is told so, and who stands behind waits longer", () => {
  const pace = { ...PACE, places: [[100, 500], [], [900, 1500]] };
  assert.deepEqual(estimate(0, pace), { low_s: 90, high_s: 510 });
  assert.equal(estimate(1, pace), null);
  assert.ok(estimate(5, pace).high_s > 1500);
});

test("running late moves both ends", () => {
  const told = estimate(9, PACE);
  assert.deepEqual(estimate(9, { ...PACE, late_s: 600 }), { low_s: told.low_s + 600, high_s: told.high_s + 600 });
});

test("an estimate may fall without a word", () => {
  assert.equal(whyLonger({ ahead: 5, desks: 2, high: 1200 }, { ahead: 4, desks: 2, high: 900 }), "");
});

test("a rise of a minute is not worth a word", () => {
  assert.equal(whyLonger({ ahead: 5, desks: 2, high: 1200 }, { ahead: 5, desks: 2, high: 1260 }), "");
});

test("whoever is sent on stands in another line: nothing there has grown", () => {
  const before = { ahead: 0, desks: 2, high: 300, queue: "doctor" };
  assert.equal(whyLonger(before, { ahead: 6, desks: 1, high: 2400, queue: "laboratory" }), "");
});

test("a real rise has its reason: people, desks, or the pace", () => {
  const before = { ahead: 5, desks: 2, high: 1200 };
  assert.equal(whyLonger(before, { ahead: 6, desks: 2, high: 1400 }), "people");
  assert.equal(whyLonger(before, { ahead: 5, desks: 1, high: 2400 }), "desks");
  assert.equal(whyLonger(before, { ahead: 5, desks: 2, high: 1400 }), "pace");
});

test("staff who say that they run late are a reason of their own", () => {
  const before = { ahead: 5, desks: 2, high: 1200, late: 0 };
  assert.equal(whyLonger(before, { ahead: 6, desks: 1, high: 1800, late: 600 }), "late");
});

test("the first estimate needs no reason", () => {
  assert.equal(whyLonger(null, { ahead: 5, desks: 2, high: 1200 }), "");
});
