import assert from "node:assert/strict";
import { test } from "node:test";

import { topicBook } from "../../src/nowserving/web/static/js/topics.js";

function watched() {
  const shown = [];
  const lines = [];
  const clock = { now: 0 };
  const book = topicBook(
    { onState: (topic, state, version) => shown.push([topic, version, { ...state }]), onLine: (topic, line) => lines.push([topic, line.version]) },
    () => clock.now,
  );
  return { book, shown, lines, clock };
}

test("a snapshot and its patches give the newest state", () => {
  const { book, shown } = watched();
  assert.ok(book.apply("snapshot", { topic: "desk:d", version: 4, state: { code: "A-001", waiting: 3 } }));
  assert.ok(book.apply("patch", { topic: "desk:d", version: 6, prev: 4, patch: { code: null, waiting: 2 } }));
  assert.deepEqual(shown, [
    ["desk:d", 4, { code: "A-001", waiting: 3 }],
    ["desk:d", 6, { waiting: 2 }],
  ]);
});

test("a patch that doesn't follow what we hold is a gap", () => {
  const { book, shown } = watched();
  book.apply("snapshot", { topic: "desk:d", version: 4, state: {} });
  assert.equal(book.apply("patch", { topic: "desk:d", version: 7, prev: 6, patch: { a: 1 } }), false);
  assert.equal(shown.length, 1);
});

test("a patch for a topic of which nothing is known is a gap", () => {
  const { book } = watched();
  assert.equal(book.apply("patch", { topic: "desk:d", version: 2, prev: 1, patch: {} }), false);
});

test("what was applied before is not applied again", () => {
  const { book, shown } = watched();
  book.apply("snapshot", { topic: "desk:d", version: 4, state: { n: 4 } });
  assert.ok(book.apply("patch", { topic: "desk:d", version: 3, prev: 2, patch: { n: 3 } }));
  assert.equal(shown.length, 1);
});

test("an older snapshot is held, not shown, until it has caught up", () => {
  const { book, shown } = watched();
  book.apply("snapshot", { topic: "desk:d", version: 9, state: { n: 9 } });
  book.apply("snapshot", { topic: "desk:d", version: 7, state: { n: 7 } });
  book.apply("patch", { topic: "desk:d", version: 8, prev: 7, patch: { n: 8 } });
  assert.deepEqual(shown.map(([, version]) => version), [9]);
  book.apply("patch", { topic: "desk:d", version: 10, prev: 8, patch: { n: 10 } });
  assert.deepEqual(shown.at(-1), ["desk:d", 10, { n: 10 }]);
});

test("a server that stays behind is believed after half a minute: its backup was restored", () => {
  const { book, shown, clock } = watched();
  book.apply("snapshot", { topic: "desk:d", version: 900, state: { n: 900 } });
  book.apply("snapshot", { topic: "desk:d", version: 5, state: { n: 5 } });
  assert.equal(shown.length, 1);
  clock.now = 30_000;
  book.apply("snapshot", { topic: "desk:d", version: 5, state: { n: 5 } });
  assert.deepEqual(shown.at(-1), ["desk:d", 5, { n: 5 }]);
});

test("lines go to the screen once, in order, and a gap shows", () => {
  const { book, lines } = watched();
  book.apply("snapshot", { topic: "line:q", version: 1, state: {} });
  assert.ok(book.apply("line", { topic: "line:q", version: 2, prev: 1 }));
  assert.ok(book.apply("line", { topic: "line:q", version: 2, prev: 1 }));
  assert.equal(book.apply("line", { topic: "line:q", version: 5, prev: 4 }), false);
  assert.deepEqual(lines, [["line:q", 2]]);
});

test("topics don't disturb each other", () => {
  const { book, shown } = watched();
  book.apply("snapshot", { topic: "desk:a", version: 4, state: { desk: "a" } });
  book.apply("snapshot", { topic: "desk:b", version: 2, state: { desk: "b" } });
  assert.ok(book.apply("patch", { topic: "desk:b", version: 5, prev: 2, patch: { n: 1 } }));
  assert.deepEqual(shown.at(-1), ["desk:b", 5, { desk: "b", n: 1 }]);
});
