import assert from "node:assert/strict";
import { test } from "node:test";

import { follow, pause } from "../../src/nowserving/web/static/js/live.js";
import { World, settled } from "./world.mjs";

function screen() {
  const seen = { states: [], links: [], refused: [], lines: [] };
  return {
    seen,
    onState: (topic, state, version) => seen.states.push([topic, version, state.n]),
    onLine: (topic, line) => seen.lines.push(line.version),
    onLink: (up) => seen.links.push(up),
    onRefused: (status) => seen.refused.push(status),
  };
}

const SNAPSHOT = { topic: "desk:d", version: 4, state: { n: 4 } };

test("all topics of a screen are asked for in one stream", async () => {
  const world = new World();
  world.nextStream();
  const link = follow(["desk:d", "line:q 1"], screen(), world.parts);
  await settled();
  assert.equal(world.requests[0].url, "/api/v1/streams?topic=desk%3Ad&topic=line%3Aq%201");
  link.stop();
});

test("states reach the screen, and the link is up", async () => {
  const world = new World();
  const stream = world.nextStream();
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, world.parts);
  await settled();
  await stream.send("snapshot", SNAPSHOT);
  await stream.send("patch", { topic: "desk:d", version: 5, prev: 4, patch: { n: 5 } });
  assert.deepEqual(seen.states, [["desk:d", 4, 4], ["desk:d", 5, 5]]);
  assert.deepEqual(seen.links, [true]);
  assert.equal(link.stateOf("desk:d").n, 5);
  link.stop();
});

test("a screen that boots before the server tries until it is there", async () => {
  const world = new World();
  for (let times = 0; times < 20; times += 1) world.answers.push({ refuse: "connection refused" });
  const stream = world.nextStream();
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, world.parts);
  await world.pass(200_000);
  await stream.send("snapshot", SNAPSHOT);
  assert.equal(world.requests.length, 21);
  assert.deepEqual(seen.links, [false, true]);
  assert.deepEqual(seen.states, [["desk:d", 4, 4]]);
  link.stop();
});

test("the pauses grow to a quarter of a minute, with jitter, and no further", () => {
  assert.deepEqual([0, 1, 2, 5, 9, 5000].map((tries) => pause(tries, () => 1)), [500, 1000, 2000, 15000, 15000, 15000]);
  assert.deepEqual([0, 9].map((tries) => pause(tries, () => 0)), [250, 7500]);
});

test("a stream that ends is opened anew and read from a fresh snapshot", async () => {
  const world = new World();
  const first = world.nextStream();
  const second = world.nextStream();
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, world.parts);
  await settled();
  await first.send("snapshot", SNAPSHOT);
  await first.end();
  await world.pass(1000);
  await second.send("snapshot", { topic: "desk:d", version: 9, state: { n: 9 } });
  assert.deepEqual(seen.states, [["desk:d", 4, 4], ["desk:d", 9, 9]]);
  assert.deepEqual(seen.links, [true, false, true]);
  link.stop();
});

test("a stream without pings is dead, and is left", async () => {
  const world = new World();
  const dead = world.nextStream();
  const alive = world.nextStream();
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, world.parts);
  await settled();
  await dead.send("snapshot", SNAPSHOT);
  await world.pass(41_000);
  assert.ok(dead.aborted);
  await alive.send("snapshot", { topic: "desk:d", version: 5, state: { n: 5 } });
  assert.deepEqual(seen.states.at(-1), ["desk:d", 5, 5]);
  link.stop();
});

test("after a restored backup a screen shows what the server says within a minute, though nothing happens", async () => {
  const world = new World();
  const before = world.nextStream();
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, world.parts);
  await settled();
  await before.send("snapshot", { topic: "desk:d", version: 900, state: { n: 900 } });
  await before.end();
  const restored = world.nextStream();
  await world.pass(2000);
  await restored.send("snapshot", { topic: "desk:d", version: 5, state: { n: 5 } });
  assert.deepEqual(seen.states.at(-1), ["desk:d", 900, 900]);

  const fresh = world.nextStream();
  for (let seconds = 0; seconds < 45 && !restored.aborted; seconds += 15) {
    await world.pass(15_000);
    await restored.ping();
  }
  await world.pass(2000);
  await fresh.send("snapshot", { topic: "desk:d", version: 5, state: { n: 5 } });

  assert.deepEqual(seen.states.at(-1), ["desk:d", 5, 5]);
  await fresh.ping();
  await world.pass(15_000);
  assert.equal(fresh.aborted, false);
  link.stop();
});

test("pings keep a quiet stream", async () => {
  const world = new World();
  const stream = world.nextStream();
  const link = follow(["desk:d"], screen(), world.parts);
  await settled();
  await stream.send("snapshot", SNAPSHOT);
  for (let minute = 0; minute < 40; minute += 1) {
    await world.pass(15_000);
    await stream.ping();
  }
  assert.equal(stream.aborted, false);
  assert.equal(world.requests.length, 1);
  link.stop();
});

test("a gap is cured by reading everything afresh", async () => {
  const world = new World();
  const first = world.nextStream();
  const second = world.nextStream();
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, world.parts);
  await settled();
  await first.send("snapshot", SNAPSHOT);
  await first.send("patch", { topic: "desk:d", version: 8, prev: 7, patch: { n: 8 } });
  assert.ok(first.aborted);
  await world.pass(1000);
  await second.send("snapshot", { topic: "desk:d", version: 8, state: { n: 8 } });
  assert.deepEqual(seen.states, [["desk:d", 4, 4], ["desk:d", 8, 8]]);
  link.stop();
});

test("when the server says goodbye, it is given the time it asks for", async () => {
  const world = new World();
  const stream = world.nextStream();
  world.nextStream();
  const link = follow(["desk:d"], screen(), world.parts);
  await settled();
  await stream.send("snapshot", SNAPSHOT);
  await stream.send("bye", { retry_ms: 4000 });
  await world.pass(3900);
  assert.equal(world.requests.length, 1);
  await world.pass(4200);
  assert.equal(world.requests.length, 2);
  link.stop();
});

test("a busy server is left alone for as long as it asks", async () => {
  const world = new World();
  world.answers.push(new Response("", { status: 503, headers: { "retry-after": "20" } }));
  world.nextStream();
  const link = follow(["desk:d"], screen(), world.parts);
  await world.pass(19_000);
  assert.equal(world.requests.length, 1);
  await world.pass(7_000);
  assert.equal(world.requests.length, 2);
  link.stop();
});

test("a refusal is told to the screen, and asked again slowly", async () => {
  const world = new World();
  for (let times = 0; times < 4; times += 1) world.answers.push(new Response("", { status: 410 }));
  const { seen, ...hooks } = screen();
  const link = follow(["ticket:k"], hooks, world.parts);
  await world.pass(95_000);
  assert.deepEqual(seen.refused, [410, 410, 410, 410]);
  link.stop();
});

test("a page in place of the stream (a proxy's, a sign-in's) is no stream", async () => {
  const world = new World();
  world.answers.push(new Response("<html>", { headers: { "content-type": "text/html" } }));
  const stream = world.nextStream();
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, world.parts);
  await world.pass(1000);
  await stream.send("snapshot", SNAPSHOT);
  assert.deepEqual(seen.links, [false, true]);
  link.stop();
});

test("where streams fail, the same is read by polling, with its ETag, and the link counts as up", async () => {
  const world = new World();
  const poll = (version, etag) => Response.json({ data: [{ topic: "desk:d", version, state: { n: version } }], poll_after_s: 3 }, { headers: { etag } });
  const noStream = { refuse: "no stream here" };
  world.answers.push(noStream, noStream, noStream, poll(4, '"4"'), noStream, new Response(null, { status: 304 }), noStream, poll(6, '"6"'), noStream);
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, { ...world.parts, pollUrl: undefined });
  await world.pass(13_000);
  assert.deepEqual(seen.states, [["desk:d", 4, 4], ["desk:d", 6, 6]]);
  assert.deepEqual(seen.links, [false, true]);
  const polls = world.requests.filter((request) => request.url === "/api/v1/snapshots?topic=desk%3Ad");
  assert.equal(polls[1].options.headers.get("if-none-match"), '"4"');
  link.stop();
});

test("a tab for which no stream is left polls, and takes the next stream that is free", async () => {
  const world = new World();
  const taken = new Set(["ns-stream-0", "ns-stream-1", "ns-stream-2", "ns-stream-3"]);
  const locks = { request: async (name, _, use) => use(taken.has(name) ? null : { name }) };
  world.answers.push(Response.json({ data: [SNAPSHOT], poll_after_s: 3 }));
  const stream = world.nextStream();
  const { seen, ...hooks } = screen();
  const link = follow(["desk:d"], hooks, { ...world.parts, locks, pollUrl: undefined });
  await settled();
  assert.deepEqual([seen.states, seen.links], [[["desk:d", 4, 4]], [true]]);
  taken.delete("ns-stream-2");
  await world.pass(4000);
  await stream.send("snapshot", { topic: "desk:d", version: 5, state: { n: 5 } });
  assert.deepEqual(seen.states.at(-1), ["desk:d", 5, 5]);
  assert.deepEqual(seen.links, [true]);
  link.stop();
});

test("when the device is online again, nobody waits for the pause to end", async () => {
  const world = new World();
  for (let times = 0; times < 8; times += 1) world.answers.push({ refuse: "offline" });
  const link = follow(["desk:d"], screen(), world.parts);
  await world.pass(20_000);
  const before = world.requests.length;
  world.wakeUps.dispatchEvent(new Event("online"));
  await settled();
  assert.equal(world.requests.length, before + 1);
  link.stop();
});

test("a stopped link asks no more", async () => {
  const world = new World();
  world.answers.push({ refuse: "offline" });
  const link = follow(["desk:d"], screen(), world.parts);
  await settled();
  link.stop();
  world.wakeUps.dispatchEvent(new Event("online"));
  await world.pass(60_000);
  assert.equal(world.requests.length, 1);
});
