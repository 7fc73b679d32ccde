import assert from "node:assert/strict";
import { test } from "node:test";

import { leaveContact, roadsFor } from "../../src/nowserving/web/static/js/kiosk/contact_sent.js";
import { idleWatch } from "../../src/nowserving/web/static/js/kiosk/idle.js";
import { erased, keyboardsFor, typed } from "../../src/nowserving/web/static/js/kiosk/keyboards.js";
import { doorsOf, groupsOf, offersOf, pageOf, pageSize, planOf, prioritiesOf, questionsOf } from "../../src/nowserving/web/static/js/kiosk/offer.js";
import { takeTicket } from "../../src/nowserving/web/static/js/kiosk/tickets.js";

const QUIET = { waiting: 0, can_join: "open", ask_name: false, ask_party: false, max_party: 20, priorities: [] };
const STATE = {
  departments: { d2: { name: "Registry", place: 1 }, d1: { name: "Citizens", place: 0 } },
  queues: {
    c: { ...QUIET, name: "Certificates", place: 2, department_id: "d2" },
    p: { ...QUIET, name: "Passports", place: 0, department_id: "d1" },
    l: { ...QUIET, name: "Lost property", place: 3 },
    a: { ...QUIET, name: "Address", place: 1, department_id: "d1" },
  },
};
const many = (count, name) => ({ id: name, name, offers: Array.from({ length: count }, (_, at) => ({ ...QUIET, id: `${name}${at}` })) });
const ids = (offers) => offers.map(({ id }) => id);

test("queues stand in the admin's order, by department, the homeless last", () => {
  assert.deepEqual(ids(offersOf(STATE)), ["p", "a", "c", "l"]);
  assert.deepEqual(groupsOf(STATE, offersOf(STATE)).map((group) => [group.name, ids(group.offers)]), [["Citizens", ["p", "a"]], ["Registry", ["c"]], ["", ["l"]]]);
});

test("a device may offer some queues only", () => {
  assert.deepEqual(ids(offersOf(STATE, ["c", "p"])), ["p", "c"]);
});

test("the house is open while one queue is, and says otherwise why it is not", () => {
  const doors = (...states) => doorsOf(STATE, states.map((can_join) => ({ ...QUIET, id: "x", can_join })));
  assert.equal(doors("closed", "open", "full"), "open");
  assert.equal(doors("closed", "full"), "full");
  assert.equal(doors("closed", "paused"), "paused");
  assert.equal(doors("closed", "reserved"), "closed");
  assert.equal(doors(), "empty");
});

test("everything is on one screen when it finds room, under the names of the departments if these do too", () => {
  const upright = { columns: 2, rows: 5 };
  assert.deepEqual([3, 5, 6, 20].map((count) => planOf([many(count, "a")], upright).columns), [1, 1, 2, 2]);
  assert.deepEqual([1, 2, 3, 6, 8].map((count) => planOf([many(count, "a")], { columns: 4, rows: 2 }).columns), [1, 2, 3, 3, 4]);
  const named = planOf([many(2, "a"), many(2, "b"), many(2, "c")], upright);
  assert.deepEqual([named.nested, named.groups.length], [false, 3]);
  const flat = planOf([many(2, "a"), many(2, "b"), many(2, "c")], { columns: 4, rows: 2 });
  assert.deepEqual([flat.nested, flat.groups.map((group) => group.offers.length)], [false, [6]]);
  assert.equal(planOf([many(5, "a"), many(5, "b")], upright).nested, true);
});

test("a page holds eight cards at most, and turning stops at both ends", () => {
  assert.equal(pageSize({ columns: 4, rows: 9 }), 8);
  assert.equal(pageSize({ columns: 2, rows: 3 }), 6);
  const list = Array.from({ length: 10 }, (_, at) => at);
  assert.deepEqual(pageOf(list, 8, 5), { shown: [8, 9], page: 1, pages: 2 });
  assert.deepEqual(pageOf(list, 8, -1).page, 0);
  assert.deepEqual(pageOf([], 8, 3), { shown: [], page: 0, pages: 1 });
});

test("who is asked nothing has a ticket with one touch; a priority is asked for where it is not clear", () => {
  const one = { ...QUIET, priorities: [{ code: "a", name: "A" }] };
  const two = { ...QUIET, priorities: [{ code: "a", name: "A" }, { code: "b", name: "B" }] };
  assert.deepEqual(questionsOf(QUIET, false), []);
  assert.deepEqual(questionsOf(two, false), []);
  assert.deepEqual(questionsOf(one, true), []);
  assert.deepEqual(questionsOf({ ...two, ask_party: true, ask_name: true }, true), ["priority", "party", "name"]);
  assert.deepEqual(questionsOf({ ...QUIET, ask_party: true, max_party: 1 }, false), []);
  assert.deepEqual(prioritiesOf([one, two]).map(({ code }) => code), ["a", "b"]);
});

/** A server that gives these answers, one after the other. */
function server(...answers) {
  const requests = [];
  return {
    requests,
    world: {
      newKey: () => "key-1",
      pause: async (ms) => void requests.push(`paused ${ms}`),
      fetch: async (url, options) => {
        requests.push({ url, key: options.headers["Idempotency-Key"], body: JSON.parse(options.body) });
        const answer = answers.shift();
        if (answer === "cut") throw new TypeError("network");
        const [status, body, headers] = answer;
        return new Response(JSON.stringify(body), { status, headers });
      },
    },
  };
}

test("a ticket is asked for with the same key until there is a plain answer", async () => {
  const { requests, world } = server("cut", [503, {}, { "retry-after": "1" }], [201, { data: { code: "A-001" } }]);
  assert.deepEqual(await takeTicket("q/1", { language: "hi" }, world), { kind: "ticket", ticket: { code: "A-001" } });
  const asked = requests.filter((one) => typeof one === "object");
  assert.deepEqual(asked[0], { url: "/api/v1/queues/q%2F1/tickets", key: "key-1", body: { language: "hi" } });
  assert.equal(new Set(asked.map(({ key }) => key)).size, 1);
  assert.deepEqual(requests.filter((one) => typeof one === "string"), ["paused 400", "paused 1200"]);
});

test("a refusal is a plain answer, and so is a device that is not known any more", async () => {
  assert.deepEqual(await takeTicket("q", {}, server([409, { code: "queue_full" }]).world), { kind: "refused", code: "queue_full" });
  assert.deepEqual(await takeTicket("q", {}, server([401, {}]).world), { kind: "unpaired" });
});

test("a server that never answers is away", async () => {
  assert.deepEqual(await takeTicket("q", {}, server("cut", "cut", "cut", "cut").world), { kind: "away" });
});

test("a contact is offered where queue and house can use it, and to those who still wait", () => {
  const queue = { roads: ["email", "sms"] };
  assert.deepEqual(roadsFor({ state: "waiting" }, queue, { roads: ["sms", "email"] }), ["email", "sms"]);
  assert.deepEqual(roadsFor({ state: "waiting" }, queue, { roads: ["sms"] }), ["sms"]);
  assert.deepEqual(roadsFor({ state: "called" }, queue, { roads: ["sms"] }), []);
  assert.deepEqual(roadsFor({ state: "waiting" }, {}, { roads: ["sms"] }), []);
  assert.deepEqual(roadsFor({ state: "waiting" }, queue, {}), []);
});

test("a contact is left with its ticket, in the guest's language, until there is a plain answer", async () => {
  const requests = [];
  const answers = [new TypeError("network"), new Response("{}", { status: 503 }), Response.json({ data: { phone: "…456", email: null, stopped: false } })];
  const world = {
    pause: async () => {},
    fetch: async (url, { method, body }) => {
      requests.push([method, url, JSON.parse(body)]);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const answer = await leaveContact("k/1", { phone: "+34" }, "ar", world);
  assert.deepEqual(answer, { kind: "kept", contact: { phone: "…456", email: null, stopped: false } });
  assert.equal(requests.length, 3);
  assert.deepEqual(requests[2], ["PUT", "/api/v1/tickets/k%2F1/contact?lang=ar", { phone: "+34" }]);
});

test("what is wrong with a contact is said in the server's words, and a silent server is away", async () => {
  const refused = { detail: "Some values are not acceptable.", errors: [{ pointer: "/contact/phone", detail: "This must be a phone number." }] };
  const pause = async () => {};
  assert.deepEqual(await leaveContact("k", {}, "en", { pause, fetch: async () => Response.json(refused, { status: 422 }) }), { kind: "refused", words: "This must be a phone number." });
  assert.deepEqual(await leaveContact("k", {}, "en", { pause, fetch: async () => Response.json({ detail: "Later." }, { status: 429 }) }), { kind: "refused", words: "Later." });
  assert.deepEqual(await leaveContact("k", {}, "en", { pause, fetch: async () => Promise.reject(new TypeError("network")) }), { kind: "away" });
});

/** An idle watch whose seconds are counted by hand. */
function watch(busy) {
  const seen = [];
  let tick = () => {};
  const idle = idleWatch(
    { busy: () => busy.now, idleS: () => 45, onWarn: (left) => seen.push(left), onCalm: () => seen.push("calm"), onReset: () => seen.push("reset") },
    { setInterval: (run) => (tick = run) },
  );
  return { seen, touch: idle.touch, pass: (seconds) => Array.from({ length: seconds }, () => tick()) };
}

test("a kiosk that is left alone warns for a quarter of a minute, then begins anew", () => {
  const { seen, pass } = watch({ now: true });
  pass(29);
  assert.deepEqual(seen, []);
  pass(1);
  assert.deepEqual(seen, [15]);
  pass(15);
  assert.deepEqual(seen.slice(-3), [1, "calm", "reset"]);
});

test("a touch ends the warning and starts the count anew; an untouched kiosk never warns", () => {
  const { seen, pass, touch } = watch({ now: true });
  pass(40);
  touch();
  assert.equal(seen.at(-1), "calm");
  pass(29);
  assert.equal(seen.at(-1), "calm");
  const untouched = watch({ now: false });
  untouched.pass(500);
  assert.deepEqual(untouched.seen, []);
});

test("a name is written as names are, and no longer than a name", () => {
  const name = [..."MARIA JOSE-ANN"].reduce((text, key) => typed(text, key, 60), "");
  assert.equal(name, "Maria Jose-Ann");
  assert.equal(typed("abc", "D", 3), "abc");
  assert.equal(erased("Añ"), "A");
  assert.equal(erased(""), "");
});

test("each language has its own letters first, and Latin ones for other names", () => {
  assert.deepEqual(keyboardsFor("en").map(({ script }) => script), ["latin"]);
  assert.deepEqual(keyboardsFor("ar").map(({ script }) => script), ["arabic", "latin"]);
  const [devanagari] = keyboardsFor("hi");
  const keys = devanagari.pages.flat(2);
  assert.ok(keys.includes("ड़") && keys.includes("्") && keys.includes("ी"));
  assert.equal(new Set(keys).size, keys.length);
  for (const { pages } of ["en", "es", "ar", "hi"].flatMap(keyboardsFor)) assert.ok(pages.flat().every((row) => row.length <= 12));
});
