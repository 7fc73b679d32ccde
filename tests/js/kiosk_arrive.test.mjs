import assert from "node:assert/strict";
import { test } from "node:test";
import { ready, wishOf } from "../../src/nowserving/web/static/js/kiosk/arrive.js";
import { anew, dateOf, isNoDay, nothing, partsOf, shown, withDigit, withoutDigit } from "../../src/nowserving/web/static/js/kiosk/birth.js";
import { checkIn, keyIn } from "../../src/nowserving/web/static/js/kiosk/check_in.js";

const KEY = "3uF0cZpQ1mXr8sYd5wLk2A";

/** A server that gives these answers, one after the other, and a world that waits for nothing. */
function world(...answers) {
  const asked = [];
  const pauses = [];
  return {
    asked,
    pauses,
    fetch: async (path, options) => {
      asked.push([path, JSON.parse(options.body)]);
      const answer = answers.shift() ?? "nobody";
      if (answer === "nobody") throw new TypeError("network");
      return new Response(JSON.stringify(answer.body), { status: answer.status ?? 200 });
    },
    pause: async (ms) => void pauses.push(ms),
  };
}

test("who is expected gets a ticket", async () => {
  const data = { ticket: { code: "C-003" }, start_at: 5, late: false, again: false };
  const there = world({ body: { data } });
  assert.deepEqual(await checkIn({ code: "K7M4QD" }, there), { kind: "arrived", ...data });
  assert.deepEqual(there.asked, [["/kiosk/arrive", { code: "K7M4QD" }]]);
});

test("who is early is told from when on", async () => {
  const early = { status: 409, body: { code: "too_early", from_at: 7, start_at: 9 } };
  assert.deepEqual(await checkIn({ key: KEY }, world(early)), { kind: "early", from_at: 7, start_at: 9 });
});

test("a refusal is said once, whatever it is", async () => {
  for (const [status, code] of [[404, "unknown_reservation"], [410, "missed"], [429, "too_many"], [409, "cancelled"]]) {
    const there = world({ status, body: { code } });
    assert.deepEqual(await checkIn({ code: "K7M4QD" }, there), { kind: "refused", code });
    assert.equal(there.asked.length, 1);
  }
});

test("a kiosk that is none any more says so", async () => {
  for (const status of [401, 403]) assert.deepEqual(await checkIn({ code: "K7M4QD" }, world({ status, body: {} })), { kind: "unpaired" });
});

test("while the network or the server fails it is asked again, three times, each later", async () => {
  const data = { ticket: {}, start_at: 1, late: false, again: true };
  const there = world("nobody", { status: 503, body: {} }, { body: "half an answer" }, { body: { data } });
  assert.equal((await checkIn({ code: "K7M4QD" }, there)).kind, "arrived");
  assert.deepEqual(there.pauses, [400, 1200, 2500]);
  const gone = world();
  assert.deepEqual(await checkIn({ code: "K7M4QD" }, gone), { kind: "away" });
  assert.equal(gone.asked.length, 4);
});

test("a link that was scanned is its key, with whatever stands around it", () => {
  for (const text of [KEY, `https://example.org/r/${KEY}`, `https://example.org/r/${KEY}?lang=es`, ` http://x/r/${KEY}/ `]) assert.equal(keyIn(text), KEY);
  for (const text of ["", "K7M4QD", `${KEY}x`, "https://example.org/r/short"]) assert.equal(keyIn(text), "");
});

test("what was typed is a code, what was scanned a key", () => {
  assert.deepEqual(wishOf(" k7m 4qd "), { code: "k7m 4qd" });
  assert.deepEqual(wishOf(`https://example.org/r/${KEY}`), { key: KEY });
});

test("one goes on when a code is whole, however it is grouped", () => {
  assert.deepEqual(["K7M4QD", "K7M-4QD", "k7m 4qd", `/r/${KEY}`].map(ready), [true, true, true, true]);
  assert.deepEqual(["", "K7M4Q", "K7M4QDX", "- - -"].map(ready), [false, false, false, false]);
});

const PARTS = partsOf(2026);
const type = (text) => [...text].reduce((typed, digit) => withDigit(PARTS, typed, digit), nothing());
const born = (text) => dateOf(type(text));

test("a birth date is typed as people write it, with or without zeros", () => {
  assert.equal(born("03022014"), "2014-02-03");
  assert.equal(born("01051990"), "1990-05-01");
  assert.equal(born("31121985"), "1985-12-31");
  assert.equal(born("451961"), "1961-05-04");
  assert.equal(born("10101950"), "1950-10-10");
  // 3, and then 5: there is no 35th, so it is the third of May.
  assert.equal(born("352014"), "2014-05-03");
});

test("a digit that makes nothing is not taken", () => {
  assert.deepEqual(type("00").texts, ["0", "", ""]);
  assert.deepEqual(type("0303").texts, ["03", "03", ""]);
  assert.deepEqual(type("0303999").texts, ["03", "03", "999"]);
  assert.deepEqual(type("03039999").texts, ["03", "03", "999"]);
});

test("what was typed can be taken back, digit by digit and part by part", () => {
  let typed = type("0302");
  typed = withoutDigit(typed);
  assert.deepEqual([typed.texts, typed.at], [["03", "0", ""], 1]);
  typed = withoutDigit(withoutDigit(typed));
  assert.deepEqual([typed.texts, typed.at], [["0", "", ""], 0]);
  assert.deepEqual(anew(type("03022014"), 1), { texts: ["03", "", "2014"], at: 1 });
});

test("a part shows how many digits it wants", () => {
  assert.deepEqual(PARTS.map((part, at) => shown(part, type("030").texts[at])), ["03", "0–", "––––"]);
});

test("a birth date is a day that there is", () => {
  assert.equal(born("29022024"), "2024-02-29");
  for (const none of ["29022023", "31042000", "01011899", "0101", ""]) assert.equal(born(none), "", none);
  assert.equal(isNoDay(type("29022023")), true);
  assert.equal(isNoDay(type("2902202")), false);
  assert.equal(isNoDay(type("28022023")), false);
});
