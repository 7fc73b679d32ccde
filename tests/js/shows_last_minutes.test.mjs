import assert from "node:assert/strict";
import { test } from "node:test";
import { isNearlyOver } from "../../src/nowserving/web/static/js/shows/last_minutes.js";

const AT_US = 1_000_000_000;

test("a time is nearly over from the warning on", () => {
  assert.equal(isNearlyOver(AT_US, 879_999, 120), false);
  assert.equal(isNearlyOver(AT_US, 880_000, 120), true);
});

test("a time that is over is not nearly over", () => {
  assert.equal(isNearlyOver(AT_US, 1_000_000, 120), false);
});
