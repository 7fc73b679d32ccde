/** The helping hands of the back office's forms. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { fillPrefixes, freeLetter, showRowsOnDemand } from "../../src/nowserving/web/static/js/admin/rows.js";

/** As much of a page as the rows need: inputs by name, rows that may be hidden, listeners. */
function page({ names = {}, spare = 0, button = true } = {}) {
  const inputs = Object.fromEntries(Object.entries(names).map(([name, value]) => [name, { name, value }]));
  const rows = Array.from({ length: spare }, () => ({ hidden: false, focused: false, querySelector: () => ({ focus() {} }) }));
  const listeners = {};
  const add = button ? { hidden: true, addEventListener: (_, act) => (add.press = act) } : null;
  return {
    inputs,
    rows,
    add,
    type: (name, value) => {
      inputs[name].value = value;
      listeners.input({ target: inputs[name] });
    },
    addEventListener: (kind, act) => (listeners[kind] = act),
    querySelector: (selector) => (selector === "[data-add-row]" ? add : inputs[selector.slice(7, -2)] ?? null),
    querySelectorAll: (selector) => (selector === "[data-spare]" ? rows : Object.values(inputs).filter(({ name }) => name.endsWith("-prefix"))),
  };
}

test("rows that nobody needs yet are hidden, and come one at a time", () => {
  const form = page({ spare: 2 });
  showRowsOnDemand(form);
  assert.deepEqual(form.rows.map((row) => row.hidden), [true, true]);
  assert.equal(form.add.hidden, false);
  form.add.press();
  assert.deepEqual(form.rows.map((row) => row.hidden), [false, true]);
  form.add.press();
  assert.equal(form.add.hidden, true);
  form.add.press();
});

test("without spare rows or without the button nothing is hidden", () => {
  const full = page();
  showRowsOnDemand(full);
  assert.equal(full.add.hidden, true);
  const bare = page({ spare: 1, button: false });
  showRowsOnDemand(bare);
  assert.equal(bare.rows[0].hidden, false);
});

test("the free letter is the first that no queue has, whatever its case", () => {
  assert.equal(freeLetter(page()), "A");
  assert.equal(freeLetter(page({ names: { "queues-0-prefix": "a", "queues-1-prefix": "B" } })), "C");
});

test("a queue that gets a name gets a letter, unless it has one", () => {
  const form = page({ names: { "queues-0-name": "", "queues-0-prefix": "A", "queues-1-name": "", "queues-1-prefix": "", other: "" } });
  fillPrefixes(form);
  form.type("queues-0-name", "Passports");
  form.type("queues-1-name", "Licences");
  form.type("other", "x");
  assert.equal(form.inputs["queues-0-prefix"].value, "A");
  assert.equal(form.inputs["queues-1-prefix"].value, "B");
  form.type("queues-1-name", "");
  assert.equal(form.inputs["queues-1-prefix"].value, "B");
});
