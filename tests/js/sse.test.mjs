import assert from "node:assert/strict";
import { test } from "node:test";

import { eventReader } from "../../src/nowserving/web/static/js/sse.js";

test("a whole event", () => {
  const feed = eventReader();
  assert.deepEqual(feed("event: patch\nid: 7\ndata: {}\n\n"), [{ type: "patch", data: "{}", id: "7" }]);
});

test("an event that comes letter by letter", () => {
  const feed = eventReader();
  const events = [..."event: line\ndata: 1\ndata: 2\n\n"].flatMap((letter) => feed(letter));
  assert.deepEqual(events, [{ type: "line", data: "1\n2", id: "" }]);
});

test("a ping is no event", () => {
  const feed = eventReader();
  assert.deepEqual(feed(": ping\n\n"), []);
});

test("carriage returns end lines too, even when the pair is cut in two", () => {
  const feed = eventReader();
  assert.deepEqual([...feed("data: a\r"), ...feed("\n\r"), ...feed("\n")], [{ type: "message", data: "a", id: "" }]);
});

test("a colon in the data stays, and only one space is taken away", () => {
  const feed = eventReader();
  assert.equal(feed('data:  {"a": 1}\n\n')[0].data, ' {"a": 1}');
});

test("the id stays until another comes", () => {
  const feed = eventReader();
  assert.deepEqual(feed("id: 3\ndata: a\n\ndata: b\n\n").map((event) => event.id), ["3", "3"]);
});
