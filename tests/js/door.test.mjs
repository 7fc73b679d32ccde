import assert from "node:assert/strict";
import { test } from "node:test";
import { isSigned, judged, partsOf } from "../../src/nowserving/web/static/js/door/codes.js";
import { Kept } from "../../src/nowserving/web/static/js/door/kept.js";

const SIGNATURE = "s".repeat(86);
const code = (serial = "abc", version = 1, performance = "tuesday") => `NS1.key1.${performance}.${serial}.${version}.${SIGNATURE}`;
const stub = (more = {}) => ({ serial: "abc", version: 1, seat: "Row A, seat 1", state: "valid", came_at: null, ...more });
const listOf = (...stubs) => new Map(stubs.map((one) => [one.serial, one]));
const said = (text, list, signed = false) => judged(partsOf(text), "tuesday", list, signed);

function shelf() {
  const kept = new Map();
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) };
}

test("a code comes apart, with what was signed", () => {
  assert.deepEqual(partsOf(` ${code("abc", 3)}\n`), {
    keyId: "key1",
    performance: "tuesday",
    serial: "abc",
    version: 3,
    signature: SIGNATURE,
    signed: "NS1.key1.tuesday.abc.3",
  });
});

test("what is no code comes apart into nothing", () => {
  for (const text of ["", "hello", "NS2.k.p.s.1.x", `${code()}x`, code().replace(".1.", ".one.")]) assert.equal(partsOf(text), null, text);
});

test("the list lets in whom it knows, once", () => {
  assert.equal(said(code(), listOf(stub())), "yes");
  assert.equal(said(code(), listOf(stub({ came_at: "2026-11-24T19:00:00Z" }))), "already_in");
});

test("another evening's code is said to be that, known or not", () => {
  assert.equal(said(code("abc", 1, "wednesday"), listOf(stub()), true), "wrong_performance");
});

test("a code from before it was handed on is void, and one given back too", () => {
  assert.equal(said(code("abc", 1), listOf(stub({ version: 2 }))), "void");
  assert.equal(said(code("abc", 1), listOf(stub({ state: "void" })), true), "void");
});

test("what is newer than the list comes in by its signature and by nothing less", () => {
  for (const [text, list] of [
    [code("new"), listOf(stub())],
    [code("abc", 2), listOf(stub())],
    [code("abc", 2), listOf(stub({ state: "void" }))],
  ]) {
    assert.equal(said(text, list, true), "yes");
    assert.equal(said(text, list, false), "unknown");
  }
});

test("a signature of one of our keys is known, and any other letter is not", async () => {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, true, ["sign", "verify"]);
  const url = (bytes) => Buffer.from(bytes).toString("base64url");
  const keys = [{ id: "key1", public: url(await crypto.subtle.exportKey("raw", pair.publicKey)) }];
  const signed = "NS1.key1.tuesday.abc.1";
  const signature = url(await crypto.subtle.sign({ name: "Ed25519" }, pair.privateKey, new TextEncoder().encode(signed)));
  assert.equal(await isSigned(partsOf(`${signed}.${signature}`), keys), true);
  assert.equal(await isSigned(partsOf(`${signed.replace("abc", "abd")}.${signature}`), keys), false);
  assert.equal(await isSigned(partsOf(`${signed}.${signature}`), []), false);
  assert.equal(await isSigned(partsOf(`${signed}.${signature}`), keys, {}), false);
});

test("who came in without a network stays in, over a reload and over a fresh list", () => {
  const where = shelf();
  const before = new Kept("tuesday", where);
  before.take([stub()], []);
  before.came(partsOf(code()), "2026-11-24T19:00:00Z");
  before.owe({ code: code(), at: "2026-11-24T19:00:00Z" });
  const after = new Kept("tuesday", where);
  assert.deepEqual(after.scans, [{ code: code(), at: "2026-11-24T19:00:00Z" }]);
  after.take([stub()], []);
  assert.equal(said(code(), after.list), "already_in");
});

test("scans are told in their order, and only what was told is forgotten", () => {
  const kept = new Kept("tuesday", shelf());
  for (const nth of [1, 2, 3]) kept.owe({ code: String(nth), at: "" });
  assert.deepEqual(kept.next().map((scan) => scan.code), ["1", "2", "3"]);
  kept.told(2);
  assert.deepEqual(kept.next().map((scan) => scan.code), ["3"]);
});

test("a shelf that is full or spoilt breaks no door", () => {
  const broken = { getItem: () => "{not json", setItem: () => { throw new Error("full"); } };
  const kept = new Kept("tuesday", broken);
  kept.take([stub()], []);
  assert.equal(said(code(), kept.list), "yes");
});
