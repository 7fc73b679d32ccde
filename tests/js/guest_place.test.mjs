import assert from "node:assert/strict";
import { test } from "node:test";
import { afterLine, placeOf } from "../../src/nowserving/web/static/js/guest/place.js";

const STATE = { state: "waiting", rank: 500, ahead: 3, as_of: 10 };

test("a place is read from the ticket's own document", () => {
  assert.deepEqual(placeOf(STATE), { rank: 500, ahead: 3, asOf: 10 });
});

test("a ticket that does not wait has no place", () => {
  assert.equal(placeOf({ state: "called", as_of: 10 }), null);
});

test("somebody ahead who leaves brings us one nearer", () => {
  assert.equal(afterLine(placeOf(STATE), { version: 11, left: [100], came: [] }).ahead, 2);
});

test("whoever is behind us changes nothing, coming or going", () => {
  assert.equal(afterLine(placeOf(STATE), { version: 11, left: [900], came: [901, 902] }).ahead, 3);
});

test("somebody with a head start comes in before us", () => {
  assert.equal(afterLine(placeOf(STATE), { version: 11, left: [], came: [499] }).ahead, 4);
});

test("our own rank in the list is not somebody ahead", () => {
  assert.equal(afterLine(placeOf(STATE), { version: 11, left: [500], came: [500] }).ahead, 3);
});

test("an event that the document knew of already is not counted twice", () => {
  assert.equal(afterLine(placeOf(STATE), { version: 10, left: [100], came: [] }).ahead, 3);
});

test("the same event twice counts once", () => {
  const once = afterLine(placeOf(STATE), { version: 11, left: [100], came: [] });
  assert.equal(afterLine(once, { version: 11, left: [100], came: [] }).ahead, 2);
});

test("old place + events = the place that a fresh document says, for any line", () => {
  let random = 7;
  const draw = (below) => ((random = (random * 48271) % 2147483647) % below);
  const line = new Set(Array.from({ length: 30 }, () => draw(1000)));
  line.add(500);
  const truth = () => [...line].filter((rank) => rank < 500).length;
  let place = { rank: 500, ahead: truth(), asOf: 0 };
  for (let version = 1; version <= 400; version += 1) {
    const left = [...line].filter((rank) => rank !== 500 && draw(12) === 0);
    for (const rank of left) line.delete(rank);
    const came = Array.from({ length: draw(4) }, () => draw(1000)).filter((rank, at, all) => !line.has(rank) && all.indexOf(rank) === at);
    for (const rank of came) line.add(rank);
    place = afterLine(place, { version, left, came });
    assert.equal(place.ahead, truth(), `after version ${version}`);
  }
});
