import assert from "node:assert/strict";
import { test } from "node:test";
import { estimate, whyLonger } from "../../src/nowserving/web/static/js/guest/estimate.js";

const PACE = { desks: 2, median_s: 240, p10_s: 120, p90_s: 480 };

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

test("an estimate may fall without a word", () => {
  assert.equal(whyLonger({ ahead: 5, desks: 2, high: 1200 }, { ahead: 4, desks: 2, high: 900 }), "");
});

test("a rise of a minute is not worth a word", () => {
  assert.equal(whyLonger({ ahead: 5, desks: 2, high: 1200 }, { ahead: 5, desks: 2, high: 1260 }), "");
});

test("a real rise has its reason: people, desks, or the pace", () => {
  const before = { ahead: 5, desks: 2, high: 1200 };
  assert.equal(whyLonger(before, { ahead: 6, desks: 2, high: 1400 }), "people");
  assert.equal(whyLonger(before, { ahead: 5, desks: 1, high: 2400 }), "desks");
  assert.equal(whyLonger(before, { ahead: 5, desks: 2, high: 1400 }), "pace");
});

test("the first estimate needs no reason", () => {
  assert.equal(whyLonger(null, { ahead: 5, desks: 2, high: 1200 }), "");
});
