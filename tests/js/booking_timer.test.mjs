import assert from "node:assert/strict";
import { test } from "node:test";
import { keepOf } from "../../src/nowserving/web/static/js/booking/timer.js";

const AT_MS = 1_795_376_952_000;
const left = (seconds) => keepOf(AT_MS * 1000, AT_MS - seconds * 1000);

test("the timer counts minutes and seconds down", () => {
  assert.deepEqual([600, 599, 61, 9].map((seconds) => left(seconds).words), ["10:00", "9:59", "1:01", "0:09"]);
});

test("under a minute it is short", () => {
  assert.deepEqual([60, 59.9, 1].map((seconds) => left(seconds).short), [false, true, true]);
});

test("it is over at the deadline and not before, and never shows less than nothing", () => {
  assert.deepEqual([0.001, 0, -1, -3600].map((seconds) => left(seconds).over), [false, true, true, true]);
  assert.equal(left(-3600).words, "0:00");
});

test("a page without a deadline keeps nothing", () => {
  assert.equal(keepOf(Number(undefined), AT_MS).over, true);
});
