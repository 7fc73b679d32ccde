import assert from "node:assert/strict";
import { test } from "node:test";
import { whereabouts } from "../../src/nowserving/web/static/js/booking/where.js";

const phone = (answer) => {
  const asked = [];
  return { asked, getCurrentPosition: (found, failed, options) => (asked.push(options), answer(found, failed)) };
};

test("a phone says where it is, to eleven metres and no finer", async () => {
  const coords = { latitude: 41.38276543, longitude: 2.17691234, accuracy: 17.2 };
  const one = phone((found) => found({ coords }));
  assert.deepEqual(await whereabouts(one), { latitude: "41.3828", longitude: "2.1769", accuracy_m: 18 });
  assert.equal(one.asked.length, 1);
  assert.ok(one.asked[0].timeout <= 15_000, "nobody waits for ever");
});

test("a phone that may not say, and one that can not, say nothing", async () => {
  assert.equal(await whereabouts(phone((_found, failed) => failed({ code: 1 }))), null);
  assert.equal(await whereabouts(undefined), null);
});
