import assert from "node:assert/strict";
import { test } from "node:test";
import { priceWords, sumWords } from "../../src/nowserving/web/static/js/seats/tray.js";

const euros = (amount_minor) => ({ amount_minor, currency: "EUR" });

test("a price is an amount in its currency's own parts, or its words", () => {
  assert.equal(priceWords(euros(1250)), "€12.50");
  assert.equal(priceWords({ amount_minor: 1250, currency: "JPY" }), "¥1,250");
  assert.equal(priceWords({ text: "pay what you want" }), "pay what you want");
  assert.equal(priceWords({ text: null, amount_minor: 0, currency: "EUR" }), "€0.00");
  assert.equal(priceWords(undefined), "");
});

test("a sum is said where all are amounts of one currency, and nothing else is made up", () => {
  assert.equal(sumWords([euros(1250), euros(1800)]), "€30.50");
  assert.equal(sumWords([euros(1250), { text: "free" }]), "");
  assert.equal(sumWords([euros(1250), { amount_minor: 1, currency: "USD" }]), "");
  assert.equal(sumWords([]), "");
});
