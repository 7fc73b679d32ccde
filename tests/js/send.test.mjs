import assert from "node:assert/strict";
import { test } from "node:test";
import { send } from "../../src/nowserving/web/static/js/send.js";

/** A server that answers from a list; an Error in it is a broken line. */
function server(...answers) {
  const requests = [];
  const fetch = async (url, options) => {
    requests.push({ url, ...options });
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status ?? 200 });
  };
  return { requests, how: { fetch, pause: async () => {} } };
}

test("what was done comes back as data", async () => {
  const { requests, how } = server({ body: { data: { code: "A-001" } } });
  const answer = await send("POST", "/desks/d/call-next", { body: {}, ...how });
  assert.equal(answer.ok, true);
  assert.equal(answer.data.code, "A-001");
  assert.equal(requests[0].url, "/api/v1/desks/d/call-next");
});

test("a refusal keeps its code and its sentence", async () => {
  const { how } = server({ status: 409, body: { code: "queue_empty", detail: "Nobody is waiting for this desk." } });
  const answer = await send("POST", "/desks/d/call-next", { body: {}, ...how });
  assert.deepEqual([answer.ok, answer.code, answer.detail], [false, "queue_empty", "Nobody is waiting for this desk."]);
});

test("what may happen once is sent again with the same key when the line breaks", async () => {
  const { requests, how } = server(new TypeError("network"), { body: { data: {} } });
  const answer = await send("POST", "/desks/d/call-next", { body: {}, once: true, ...how });
  assert.equal(answer.ok, true);
  assert.equal(requests.length, 2);
  assert.equal(requests[0].headers["Idempotency-Key"], requests[1].headers["Idempotency-Key"]);
  assert.match(requests[0].headers["Idempotency-Key"], /^[0-9a-f]{32}$/);
});

test("what carries no key is never sent twice", async () => {
  const { requests, how } = server(new TypeError("network"), { body: {} });
  const answer = await send("POST", "/tickets/k/recall", { body: {}, ...how });
  assert.equal(answer.code, "offline");
  assert.equal(requests.length, 1);
});

test("a refusal is an answer: it is not asked again", async () => {
  const { requests, how } = server({ status: 503, body: { code: "busy", detail: "Busy." } });
  await send("POST", "/desks/d/call-next", { body: {}, once: true, ...how });
  assert.equal(requests.length, 1);
});

test("an answer that is no JSON still says something", async () => {
  const how = { fetch: async () => new Response("<h1>Bad gateway</h1>", { status: 502 }) };
  const answer = await send("POST", "/x", { body: {}, ...how });
  assert.equal(answer.ok, false);
  assert.ok(answer.detail.length > 0);
});
