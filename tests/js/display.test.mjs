import assert from "node:assert/strict";
import { test } from "node:test";

import { announcer } from "../../src/nowserving/web/static/js/display/announcer.js";
import { callBook, desksOf, latestCalls, queuesOf, stands, wallOf } from "../../src/nowserving/web/static/js/display/calls.js";
import { isQuiet, minuteOfDay, themeFor } from "../../src/nowserving/web/static/js/display/hours.js";
import { callClips, codeClips, deskClips } from "../../src/nowserving/web/static/js/display/phrases.js";

const NOW = 1_800_000_000_000;
const call = (n, code, desk_id = "d1", ageS = 5, queue_id = "q1") => ({ n, code, desk_id, desk: "Desk 1", queue_id, at: (NOW - ageS * 1000) * 1000 });
const wall = (calls, desks = {}) => ({ calls, desks });

test("the newest call is the latest, and a recall is a call", () => {
  const state = wall([call(9, "A-001"), call(8, "A-002", "d2"), call(7, "A-001")], { d1: { code: "A-001" }, d2: { code: "A-002" } });
  const { latest, earlier } = wallOf(state, [], NOW);
  assert.equal(latest.n, 9);
  assert.deepEqual(earlier.map(({ call: { code }, live }) => [code, live]), [["A-002", true]]);
});

test("a guest who was served leaves the wall after a minute, and then the wall asks to watch", () => {
  const gone = (ageS) => wallOf(wall([call(9, "A-001", "d1", ageS)], { d1: {} }), [], NOW).latest;
  assert.equal(gone(30).code, "A-001");
  assert.equal(gone(61), null);
  assert.equal(wallOf(wall([call(9, "A-001", "d1", 600)], { d1: { code: "A-001" } }), [], NOW).latest.code, "A-001");
});

test("who is called to no desk stays on the wall while expected", () => {
  const free = (n, code, ageS, open) => ({ n, code, queue_id: "q1", at: (NOW - ageS * 1000) * 1000, ...(open && { open }) });
  const { latest, earlier } = wallOf(wall([free(3, "T-003", 200, true), free(2, "T-002", 300), free(1, "T-001", 400, true)]), [], NOW);
  assert.equal(latest.code, "T-003");
  assert.deepEqual(earlier.map(({ call: { code }, live }) => [code, live]), [["T-002", false], ["T-001", true]]);
});

test("a display of some queues shows their calls, desks and counts only", () => {
  const state = {
    calls: [call(2, "A-001", "d1", 1, "q1"), call(1, "B-001", "d2", 1, "q2")],
    desks: { d1: { place: 1, queue_ids: ["q1"] }, d2: { place: 0, queue_ids: ["q2", "q3"] } },
    queues: { q2: { place: 1 }, q1: { place: 0 } },
  };
  assert.deepEqual(latestCalls(state, ["q2"]).map(({ code }) => code), ["B-001"]);
  assert.deepEqual(desksOf(state, ["q3"]).map(({ id }) => id), ["d2"]);
  assert.deepEqual(desksOf(state, []).map(({ id }) => id), ["d2", "d1"]);
  assert.deepEqual(queuesOf(state, []).map(({ id }) => id), ["q1", "q2"]);
});

test("what is on the wall when the display starts is not announced, what comes then is, oldest first", () => {
  const book = callBook();
  assert.deepEqual(book.fresh(wall([call(3, "A-003")]), [], NOW), []);
  const news = book.fresh(wall([call(5, "A-005"), call(4, "A-004"), call(3, "A-003")]), [], NOW);
  assert.deepEqual(news.map(({ n }) => n), [4, 5]);
  assert.deepEqual(book.fresh(wall([call(6, "A-003"), call(5, "A-005")]), [], NOW).map(({ code }) => code), ["A-003"]);
  assert.deepEqual(book.fresh(wall([call(6, "A-003")]), [], NOW), []);
});

test("calls older than a minute, and those of other queues, are not announced", () => {
  const book = callBook();
  book.fresh(wall([]), [], NOW);
  const news = book.fresh(wall([call(3, "A-003"), call(2, "A-002", "d1", 61), call(1, "B-001", "d1", 1, "q2")]), ["q1"], NOW);
  assert.deepEqual(news.map(({ n }) => n), [3]);
});

test("announcements follow one another and never overlap", async () => {
  const log = [];
  const step = (words) => async () => {
    log.push(`${words} begins`);
    await Promise.resolve();
    log.push(`${words} ends`);
  };
  let state = wall([call(1, "A-001"), call(2, "A-002"), call(3, "A-003")]);
  const speaker = announcer({
    stands: ({ n }) => stands(state, n),
    flash: ({ code }) => log.push(`flash ${code}`),
    chime: step("chime"),
    speak: ({ code }) => step(code)(),
    pause: async () => {},
  });
  speaker.add([call(1, "A-001"), call(2, "A-002")]);
  speaker.add([call(3, "A-003")]);
  assert.equal(speaker.idle(), false);
  // Taken back by its agent before its turn came.
  state = wall([call(1, "A-001"), call(3, "A-003")]);
  while (!speaker.idle()) await new Promise((done) => setImmediate(done));
  const said = (code) => [`flash ${code}`, "chime begins", "chime ends", `${code} begins`, `${code} ends`];
  assert.deepEqual(log, [...said("A-001"), ...said("A-003")]);
});

test("a sound that fails takes nobody else's call away", async () => {
  const flashed = [];
  const fails = async () => Promise.reject(new Error("no sound"));
  const speaker = announcer({ stands: () => true, flash: ({ n }) => flashed.push(n), chime: fails, speak: fails, pause: async () => {} });
  speaker.add([call(1, "A-001"), call(2, "A-002")]);
  while (!speaker.idle()) await new Promise((done) => setImmediate(done));
  assert.deepEqual(flashed, [1, 2]);
});

test("a code is said letter by letter and digit by digit, without the zeros before its number", () => {
  assert.deepEqual(codeClips("A-012"), ["A", "1", "2"]);
  assert.deepEqual(codeClips("K2-100"), ["K", "2", "1", "0", "0"]);
});

test("a desk is said by its kind and number, in whatever language its name is", () => {
  const said = { "Desk 3": ["desk", "3"], "Room 12": ["room", "12"], "Ventanilla 2": ["window", "2"], "कक्ष 4": ["room", "4"], "شباك 5": ["window", "5"], "Schalter 7": ["desk", "7"], "Counter B": ["counter", "B"], "Room 204": ["room", "2", "0", "4"], 9: ["desk", "9"] };
  for (const [name, clips] of Object.entries(said)) assert.deepEqual(deskClips(name), clips, name);
  assert.equal(deskClips("Dr Rao"), null);
  assert.equal(deskClips("Plan B-side"), null);
});

test("a call that can't be said sends people to the screen; a language without a clip leaves it out", () => {
  const clips = new Set(["ticket", "A", "1", "go_to", "desk", "3", "look"]);
  const has = (clip) => clips.has(clip);
  assert.deepEqual(callClips({ code: "A-001", desk: "Desk 3" }, has), ["ticket", "A", "1", null, "go_to", "desk", "3"]);
  assert.deepEqual(callClips({ code: "A-001", desk: "Dr Rao" }, has), ["ticket", "A", "1", null, "look"]);
  assert.deepEqual(callClips({ code: "A-001" }, has), ["ticket", "A", "1", null, "look"]);
});

test("quiet hours may run over midnight, on the clock of the branch", () => {
  assert.equal(minuteOfDay(Date.UTC(2026, 10, 22, 20, 30), "Asia/Kolkata"), 2 * 60);
  const quiet = (time) => isQuiet(time * 60, "22:00", "07:00");
  assert.deepEqual([21, 22, 2, 7].map(quiet), [false, true, true, false]);
  assert.deepEqual([11, 12, 13].map((time) => isQuiet(time * 60, "12:00", "13:00")), [false, true, false]);
  assert.equal(isQuiet(0, null, null), false);
});

test("by itself a display is dark at night and while the house is closed", () => {
  assert.equal(themeFor("auto", 12 * 60, true), "light");
  assert.equal(themeFor("auto", 12 * 60, false), "dark");
  assert.equal(themeFor("auto", 23 * 60, true), "dark");
  assert.equal(themeFor("light", 23 * 60, false), "light");
});
