import assert from "node:assert/strict";
import { test } from "node:test";

import { ignoreSecondTaps } from "../../src/nowserving/web/static/js/second_tap.js";

/** A page whose clicks a test makes: each says which control it falls on, where, when, and by what. */
function page() {
  let listener = () => {};
  ignoreSecondTaps({ addEventListener: (_name, given) => (listener = given) });
  return (control, { at, x = 100, y = 100, detail = 1 }) => {
    let swallowed = false;
    const target = { closest: () => control };
    const stop = () => (swallowed = true);
    listener({ target, timeStamp: at, clientX: x, clientY: y, detail, preventDefault() {}, stopImmediatePropagation: stop });
    return !swallowed;
  };
}

test("the second tap of a double tap does not reach the row that has moved up", () => {
  const tap = page();
  assert.ok(tap("free 1", { at: 0 }));
  assert.ok(!tap("free 2", { at: 350, x: 104, y: 98 }));
  assert.ok(tap("free 2", { at: 1200 }));
});

test("pressing one control twice, another place, or a key is what it is", () => {
  const tap = page();
  assert.ok(tap("plus", { at: 0 }));
  assert.ok(tap("plus", { at: 100 }));
  assert.ok(tap("free 1", { at: 200, y: 180 }));
  assert.ok(tap("free 2", { at: 250, detail: 0 }));
});
