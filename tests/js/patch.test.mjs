// RFC 7396, appendix A, and what we add: the document that goes in stays as it was.
import assert from "node:assert/strict";
import { test } from "node:test";

import { merged } from "../../src/nowserving/web/static/js/patch.js";

const EXAMPLES = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [["a", "b"], ["c", "d"], ["c", "d"]],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

for (const [document, patch, expected] of EXAMPLES) {
  test(`${JSON.stringify(document)} patched by ${JSON.stringify(patch)}`, () => {
    assert.equal(JSON.stringify(merged(document, patch)), JSON.stringify(expected));
  });
}

test("the document that goes in is not changed", () => {
  const before = { desks: { d1: { code: "A-001" } } };
  merged(before, { desks: { d1: { code: "A-002" } } });
  assert.deepEqual(before, { desks: { d1: { code: "A-001" } } });
});

test("a key named __proto__ is data and nothing else", () => {
  const result = merged({}, JSON.parse('{"__proto__": {"admin": true}}'));
  assert.equal(/** @type {any} */ ({}).admin, undefined);
  assert.deepEqual(Object.keys(result), ["__proto__"]);
});
