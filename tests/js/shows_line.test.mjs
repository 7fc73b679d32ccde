import assert from "node:assert/strict";
import { test } from "node:test";
import { isTurn, meaning, nextLookMs } from "../../src/nowserving/web/static/js/shows/line.js";

test("it is told once that it is your turn", () => {
  assert.equal(isTurn("waiting", "called"), true);
  assert.equal(isTurn("parked", "called"), true);
  assert.equal(isTurn("called", "called"), false);
  assert.equal(isTurn("called", "serving"), false);
});

test("the line is looked at again at the pace that the server chose, not by all at once", () => {
  assert.equal(nextLookMs("30", 0), 27_000);
  assert.equal(nextLookMs("30", 1), 33_000);
});

test("a line that is over is not looked at again", () => {
  assert.equal(nextLookMs("", 0.5), null);
  assert.equal(nextLookMs(undefined, 0.5), null);
});

test("a page that differs by the server's clock alone says nothing new", () => {
  assert.equal(meaning('<time data-at="5" data-now="1">'), meaning('<time data-at="5" data-now="2">'));
  assert.notEqual(meaning('<time data-at="5" data-now="1">'), meaning('<time data-at="6" data-now="1">'));
});
