import assert from "node:assert/strict";
import { test } from "node:test";
import { titleOf, waitingAt, woke } from "../../src/nowserving/web/static/js/desk/alert.js";
import { walkInBody } from "../../src/nowserving/web/static/js/desk/ask.js";
import { noticeOf } from "../../src/nowserving/web/static/js/desk/paint.js";
import { waitLevel } from "../../src/nowserving/web/static/js/desk/parts.js";
import { wishesFrom } from "../../src/nowserving/web/static/js/desk/settings.js";
import { rowOf, sifted } from "../../src/nowserving/web/static/js/desk/sift.js";

const EMPTY = { queues: { a: { waiting: 0 }, b: { waiting: 0 } } };
const BUSY = { queues: { a: { waiting: 3 }, b: { waiting: 1 } } };

test("the title counts who waits in all queues of the desk", () => {
  assert.equal(waitingAt(BUSY), 4);
  assert.equal(titleOf(4, "Desk 3"), "(4) Desk 3 · Now Serving");
  assert.equal(titleOf(0, "Desk 3"), "Desk 3 · Now Serving");
});

test("the agent is alerted when somebody joins an empty line, not when the page opens, not for the second", () => {
  assert.equal(woke(EMPTY, BUSY), true);
  assert.equal(woke(null, BUSY), false);
  assert.equal(woke(BUSY, { queues: { a: { waiting: 9 } } }), false);
  assert.equal(woke(EMPTY, EMPTY), false);
});

test("a wait grows from fine to long to too long", () => {
  const now = 1_000_000_000;
  const since = (minutes) => (now - minutes * 60_000) * 1000;
  assert.deepEqual([0, 14, 15, 29, 30].map((minutes) => waitLevel(since(minutes), now)), ["fine", "fine", "long", "long", "over"]);
  assert.equal(waitLevel(undefined, now), "none");
});

test("a ticket that was taken to another desk is noticed, an own call is not", () => {
  assert.equal(noticeOf({ verb: "taken", code: "A-001", taken_to: "Desk 2" }), "A-001 was called to Desk 2 instead.");
  assert.equal(noticeOf({ verb: "left", code: "A-001" }), "A-001 has left the queue.");
  assert.equal(noticeOf({ verb: "called", code: "A-001" }), null);
  assert.equal(noticeOf(null), null);
});

test("what a device has kept counts before what the account says; what can't be read does not", () => {
  assert.deepEqual(wishesFrom(null, false), { keyboard: false, sound: true, notices: false });
  assert.deepEqual(wishesFrom('{"keyboard": true, "sound": false}', false), { keyboard: true, sound: false, notices: false });
  assert.deepEqual(wishesFrom('{"keyboard": "yes"', true), { keyboard: true, sound: true, notices: false });
  assert.deepEqual(wishesFrom("null", true), { keyboard: true, sound: true, notices: false });
});

test("a walk-in is sent with what its queue asks for and with nothing else", () => {
  const answer = new FormData();
  answer.set("name", "  Asha Rao ");
  answer.set("party_size", "3");
  answer.set("priority", "elderly");
  assert.deepEqual(walkInBody(answer, {}), {});
  const asking = { ask_name: true, ask_party: true, priorities: [{ code: "elderly" }] };
  assert.deepEqual(walkInBody(answer, asking), { name: "Asha Rao", party_size: 3, priority: "elderly" });
});

const ROWS = [
  { code: "A-001", queue_id: "a", name: "Asha Rao" },
  { code: "B-001", queue_id: "b" },
];

test("a list is sifted by a part of the code or the name, and by queue", () => {
  assert.deepEqual(sifted(ROWS, "asha", "").map((row) => row.code), ["A-001"]);
  assert.deepEqual(sifted(ROWS, "001", "b").map((row) => row.code), ["B-001"]);
  assert.deepEqual(sifted(ROWS, "", ""), ROWS);
});

test("a ticket of the API becomes a row like those of the document", () => {
  const queues = { a: { name: "Passports", priorities: [{ code: "e", name: "Elderly" }] } };
  const row = rowOf({ code: "A-001", queue: { id: "a", name: "Public" }, priority: "e", joined_at: "2026-11-23T09:00:00.000000Z" }, queues);
  assert.equal(row.queue, "Passports");
  assert.equal(row.queue_id, "a");
  assert.equal(row.priority, "Elderly");
  assert.equal(row.joined_at, Date.parse("2026-11-23T09:00:00Z") * 1000);
});
