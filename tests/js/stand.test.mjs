import assert from "node:assert/strict";
import { test } from "node:test";

import { bodyOf, suggestion } from "../../src/nowserving/web/static/js/stand/add.js";
import { commandOf } from "../../src/nowserving/web/static/js/stand/keyboard.js";
import { endOf, holdingWords, pastQuote, whoLeft } from "../../src/nowserving/web/static/js/stand/rows.js";
import { requestOf } from "../../src/nowserving/web/static/js/stand/verbs.js";

const form = (fields) => {
  const given = new FormData();
  for (const [name, value] of Object.entries(fields)) given.set(name, value);
  return given;
};

test("a number adds a party of that size, wherever the keyboard is", () => {
  assert.equal(commandOf({ key: "5" }, undefined), 5);
  assert.equal(commandOf({ key: "8" }, "seated"), 8);
  assert.equal(commandOf({ key: "9" }, undefined), null);
});

test("a letter does only what the chosen party allows", () => {
  assert.equal(commandOf({ key: "s" }, "waiting"), "seat");
  assert.equal(commandOf({ key: "S" }, "called"), "seat");
  assert.equal(commandOf({ key: "s" }, "seated"), null);
  assert.equal(commandOf({ key: "f" }, undefined), null);
  assert.equal(commandOf({ key: "f" }, "seated"), "free");
  assert.equal(commandOf({ key: "b" }, "missed"), "requeue:front");
});

test("a key that is held does nothing twice, but an arrow goes on", () => {
  assert.equal(commandOf({ key: "f", repeat: true }, "seated"), null);
  assert.equal(commandOf({ key: "ArrowDown", repeat: true }, "seated"), "down");
  assert.equal(commandOf({ key: "z", ctrlKey: true }, undefined), "undo");
  assert.equal(commandOf({ key: "c", ctrlKey: true }, "waiting"), null);
});

test("the quote that is suggested is the far end of the estimate, in whole five minutes", () => {
  const quotes = [{ low_s: 60, high_s: 299 }, { low_s: 300, high_s: 901 }];
  assert.equal(suggestion(quotes, 1), "5");
  assert.equal(suggestion(quotes, 2), "20");
  assert.equal(suggestion(quotes, 11), "20");
  assert.equal(suggestion([{}], 2), "");
});

test("a party is sent as it was said, and no more", () => {
  assert.deepEqual(bodyOf(form({ party_size: "4", name: " Rossi ", note: "", phone: "", quoted_min: "20" })), { party_size: 4, name: "Rossi", quoted_s: 1200 });
  assert.deepEqual(bodyOf(form({ party_size: "more", large: "11", phone: "+34600123456", quoted_min: "" })), { party_size: 11, contact: { phone: "+34600123456" } });
});

test("each verb of a party is one request", () => {
  assert.deepEqual(requestOf("free", undefined, {}), { path: "finish", body: {} });
  assert.deepEqual(requestOf("extend", "15", {}), { path: "extend", body: { minutes: 15 } });
  assert.deepEqual(requestOf("requeue", "front", {}), { path: "requeue", body: { where: "front" } });
  assert.deepEqual(requestOf("party-size", undefined, { party_size: "6" }), { path: "party-size", body: { party_size: 6 } });
  assert.deepEqual(requestOf("no-show", undefined, {}), { path: "no-show", body: {} });
});

test("a wait is past its quote when it is longer than its far end", () => {
  const row = { joined_at: 0, quoted_high_s: 60 };
  assert.equal(pastQuote(row, 60_000), false);
  assert.equal(pastQuote(row, 60_001), true);
  assert.equal(pastQuote({ joined_at: 0 }, 9e9), false);
});

test("a party that stays all the same was over when its limit was over", () => {
  assert.equal(endOf({ overstayed_at: 5, deadline_at: 9 }), 5);
  assert.equal(endOf({ deadline_at: 9 }), 9);
  assert.equal(endOf({}), undefined);
});

test("who is gone without an act of staff has left, and who was seated or missed has not", () => {
  const row = (key) => ({ key });
  const document = (waiting, more = {}) => ({ called: [], seated: [], missed: [], waiting: waiting.map(row), waiting_count: waiting.length, act: { n: 5 }, ...more });
  const before = document(["a", "b"]);
  assert.equal(whoLeft(before, document(["b"]))?.key, "a");
  assert.equal(whoLeft(before, document(["b"], { act: { n: 6 } })), undefined);
  assert.equal(whoLeft(before, document(["b"], { missed: [row("a")] })), undefined);
  assert.equal(whoLeft(before, document(["a", "b", "c"])), undefined);
});

test("free seats say for whom they are kept, and how often that party was passed", () => {
  assert.equal(holdingWords(undefined), "");
  assert.equal(holdingWords({}), "Nobody who waits fits into the free seats.");
  assert.equal(holdingWords({ code: "T-004", party_size: 6, passed: 2 }), "Kept for T-004, a party of 6, passed 2 times.");
  assert.equal(holdingWords({ code: "T-004", name: "Rossi", party_size: 6 }), "Kept for Rossi, a party of 6: they are first.");
});
