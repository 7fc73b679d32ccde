import assert from "node:assert/strict";
import { test } from "node:test";

import { callOf } from "../../src/nowserving/web/static/js/guest/acts.js";
import { keep, recall } from "../../src/nowserving/web/static/js/guest/kept.js";
import { stepped } from "../../src/nowserving/web/static/js/guest/stepper.js";

test("each form of the page is one call of the API", () => {
  assert.deepEqual(callOf("leave", {}), { method: "DELETE", path: "" });
  assert.deepEqual(callOf("postpone", { places: "3" }), { method: "POST", path: "/postpone", body: { places: 3 } });
  assert.deepEqual(callOf("party-size", { party_size: "5" }), { method: "POST", path: "/party-size", body: { party_size: 5 } });
  assert.deepEqual(callOf("coming", {}), { method: "POST", path: "/coming", body: {} });
  for (const act of ["check-in", "rejoin", "undo-leave"]) assert.deepEqual(callOf(act, {}), { method: "POST", path: `/${act}` });
});

test("what is no act of ours is left to the browser", () => {
  assert.equal(callOf(undefined, {}), null);
  assert.equal(callOf("feedback", {}), null);
});

test("a stepper stays within its bounds and finds back from nonsense", () => {
  assert.equal(stepped("2", 1, 1, 8), 3);
  assert.equal(stepped("8", 1, 1, 8), 8);
  assert.equal(stepped("1", -1, 1, 8), 1);
  assert.equal(stepped("", 1, 1, 8), 1);
  assert.equal(stepped("99", -1, 1, 8), 8);
});

/** A storage as browsers have it: its keys are its own properties. */
function storage() {
  const made = Object.create({
    getItem(name) {
      return this[name] ?? null;
    },
    setItem(name, value) {
      this[name] = value;
    },
    removeItem(name) {
      delete this[name];
    },
  });
  return made;
}

test("a phone remembers the state it heard last, of one ticket", () => {
  const store = storage();
  keep("first", { state: { code: "A-001" }, line: {} }, store, 5);
  keep("second", { state: { code: "A-002" }, line: { waiting: 3 } }, store, 7);
  assert.deepEqual(recall("second", store), { state: { code: "A-002" }, line: { waiting: 3 }, at: 7 });
  assert.equal(recall("first", store), null);
});

test("a phone that may not remember goes on without", () => {
  const store = storage();
  Object.getPrototypeOf(store).setItem = () => {
    throw new Error("quota");
  };
  keep("first", { state: {}, line: {} }, store, 5);
  assert.equal(recall("first", store), null);
});
