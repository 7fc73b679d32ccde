import assert from "node:assert/strict";
import { test } from "node:test";

import * as page from "../../src/nowserving/web/static/js/i18n.js";
import { filled, speak, speaker } from "../../src/nowserving/web/static/js/i18n.js";
import { duration, relativeTime, stopwatch, waitingRange } from "../../src/nowserving/web/static/js/time.js";

test("a message without a translation is said in English", () => {
  const { t } = speaker({ language: "es", messages: {} });
  assert.equal(t("Undo"), "Undo");
});

test("places are filled by name, and a per cent sign is one", () => {
  assert.equal(filled("%(code)s to %(desk)s, 100%%", { code: "A-001", desk: 3 }), "A-001 to 3, 100%");
});

test("a value is never taken for a place", () => {
  assert.equal(filled("Hello %(name)s", { name: "%(code)s", code: "A-001" }), "Hello %(code)s");
});

test("Arabic has six forms, in the order of its catalogue", () => {
  const forms = ["zero", "one", "two", "few", "many", "other"];
  const { tn } = speaker({ language: "ar", messages: { "%(n)s person": forms } });
  const said = [0, 1, 2, 3, 10, 11, 99, 100, 102, 103].map((n) => tn("%(n)s person", "%(n)s people", n));
  assert.deepEqual(said, ["zero", "one", "two", "few", "few", "many", "many", "other", "other", "few"]);
});

test("a million in Spanish is plural, though CLDR has a word of its own for it", () => {
  const { tn } = speaker({ language: "es", messages: { "%(n)s person": ["%(n)s persona", "%(n)s personas"] } });
  assert.deepEqual([1, 2, 1_000_000].map((n) => tn("%(n)s person", "", n)), ["1 persona", "2 personas", "1000000 personas"]);
});

test("English needs no catalogue", () => {
  const { tn } = speaker({ language: "en", messages: {} });
  assert.deepEqual([0, 1, 2].map((n) => tn("%(n)s person", "%(n)s people", n)), ["0 people", "1 person", "2 people"]);
});

test("durations and estimates are said as on the server", () => {
  assert.deepEqual([40, 125, 3900].map(duration), ["40 s", "2 min", "1 h 5 min"]);
  assert.equal(waitingRange(720, 1060), "12 to 18 min");
  assert.equal(waitingRange(2000, 2900), "30 to 50 min");
  assert.equal(waitingRange(0, 40), "under 2 min");
  assert.equal(waitingRange(7000, 11000), "1 h 45 min to 3 h 15 min");
  assert.equal(waitingRange(0, 7800), "under 2 h 15 min");
});

test("a stopwatch shows hours only when there are some", () => {
  assert.deepEqual([0, 65, 3725].map(stopwatch), ["0:00", "1:05", "1:02:05"]);
});

test("relative times change their unit as they grow", () => {
  const now = 1_800_000_000_000;
  const ago = (seconds) => relativeTime((now / 1000 - seconds) * 1e6, now);
  assert.deepEqual([10, 300, 7200, 86400 * 3].map(ago), ["now", "5 minutes ago", "2 hours ago", "3 days ago"]);
});

test("a kiosk changes its language while it runs, and its numbers and times go with it", () => {
  speak({ language: "es", messages: { "%(low)s to %(high)s min": "de %(low)s a %(high)s min" } });
  assert.equal(waitingRange(720, 1060), "de 12 a 18 min");
  assert.equal(page.locale, "es-u-nu-latn");
  speak({ language: "en", messages: {} });
  assert.equal(waitingRange(720, 1060), "12 to 18 min");
});
