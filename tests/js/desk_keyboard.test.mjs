import assert from "node:assert/strict";
import { test } from "node:test";
import { commandOf, isBusy } from "../../src/nowserving/web/static/js/desk/keyboard.js";

const LETTERS = { n: "call-next", r: "recall", s: "start", f: "finish", x: "no-show", t: "transfer", p: "park", w: "walk-in", u: "undo", "/": "find", "?": "help" };

for (const [key, command] of Object.entries(LETTERS)) {
  test(`${key} means ${command}`, () => assert.equal(commandOf({ key }), command));
}

test("a letter means the same with the shift lock on", () => {
  assert.equal(commandOf({ key: "N" }), "call-next");
});

test("1 to 9 are the rows of the list, 0 is none", () => {
  assert.equal(commandOf({ key: "1" }), 1);
  assert.equal(commandOf({ key: "9" }), 9);
  assert.equal(commandOf({ key: "0" }), null);
});

test("Ctrl+Z and ⌘Z undo; every other combination is the browser's", () => {
  assert.equal(commandOf({ key: "z", ctrlKey: true }), "undo");
  assert.equal(commandOf({ key: "z", metaKey: true }), "undo");
  assert.equal(commandOf({ key: "n", ctrlKey: true }), null);
  assert.equal(commandOf({ key: "f", ctrlKey: true }), null);
  assert.equal(commandOf({ key: "p", metaKey: true }), null);
  assert.equal(commandOf({ key: "n", altKey: true }), null);
});

test("a key that is held down calls nobody again", () => {
  assert.equal(commandOf({ key: "n", repeat: true }), null);
});

test("a key that spells a character of another script is no command", () => {
  assert.equal(commandOf({ key: "n", isComposing: true }), null);
});

const element = (matches) => ({ matches: () => matches });

test("keys rest in fields and while something is asked", () => {
  assert.equal(isBusy(element(true), false), true);
  assert.equal(isBusy(element(false), true), true);
  assert.equal(isBusy(element(false), false), false);
  assert.equal(isBusy(null, false), false);
});
