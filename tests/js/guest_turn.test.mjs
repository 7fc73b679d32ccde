import assert from "node:assert/strict";
import { test } from "node:test";
import { freshCall, turnWords } from "../../src/nowserving/web/static/js/guest/turn.js";

const CALLED = { state: "called", calls: 1, desk: { id: "d1" } };

test("a call is told", () => {
  assert.notEqual(freshCall(null, CALLED), null);
});

test("the same call is told once, however often the page hears of it", () => {
  assert.equal(freshCall(freshCall(null, CALLED), CALLED), null);
});

test("a recall is told again, and so is another desk", () => {
  const first = freshCall(null, CALLED);
  assert.notEqual(freshCall(first, { ...CALLED, calls: 2 }), null);
  assert.notEqual(freshCall(first, { ...CALLED, desk: { id: "d2" } }), null);
});

test("who waits or is served is not called", () => {
  assert.equal(freshCall(null, { state: "waiting" }), null);
  assert.equal(freshCall(null, { state: "serving", calls: 1, desk: { id: "d1" } }), null);
});

test("who is called is told where to go, and never to nowhere", () => {
  assert.equal(turnWords({ code: "A-001", desk: { name: "Desk 3" } }), "It's your turn, A-001. Please go to Desk 3.");
  assert.equal(turnWords({ code: "A-001" }), "It's your turn, A-001. Please come now.");
  assert.equal(turnWords({ code: "A-001", by_itself: true }), "It's your turn, A-001. Please come now and say that you are here.");
});
