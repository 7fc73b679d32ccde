import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

globalThis.CSS ??= { escape: (text) => text };
const { fresh, obey, onlyOnce } = await import("../../src/nowserving/web/static/js/clinic/keys.js");

/** A page on which only some controls stand; what is done to them is written down. */
function page(...there) {
  const done = [];
  const control = (name) => ({
    click: () => done.push(`press ${name}`),
    focus: () => done.push(`go to ${name}`),
    showModal: () => done.push(`open ${name}`),
  });
  const found = (selector) => there.find((name) => selector.includes(name));
  return { done, querySelector: (selector) => (found(selector) ? control(found(selector)) : null) };
}

beforeEach(fresh);

for (const [command, words] of Object.entries({ "call-next": "call-next", recall: "recall", start: "start", "no-show": "no-show", undo: "undo", park: "pause" })) {
  test(`${command} presses the button of ${words}`, () => {
    const desk = page(`"${words}"`);
    obey(command, desk);
    assert.deepEqual(desk.done, [`press "${words}"`]);
  });
}

test("a letter whose button is not there does nothing", () => {
  const desk = page('"call-next"');
  for (const command of ["start", "finish", "transfer", "walk-in", 3]) obey(command, desk);
  assert.deepEqual(desk.done, []);
});

test("T leads to the stations, where the choice is made", () => {
  const desk = page("queue_id");
  obey("transfer", desk);
  assert.deepEqual(desk.done, ["go to queue_id"]);
});

test("? shows the letters", () => {
  const desk = page("#help");
  obey("help", desk);
  assert.deepEqual(desk.done, ["open #help"]);
});

test("what was sent is not sent again until the page is there again", () => {
  const desk = page('"call-next"');
  const event = { prevented: 0, preventDefault: () => (event.prevented += 1) };
  onlyOnce(event);
  assert.equal(event.prevented, 0);
  obey("call-next", desk);
  onlyOnce(event);
  assert.equal(event.prevented, 1);
  assert.deepEqual(desk.done, []);
  fresh();
  obey("call-next", desk);
  assert.deepEqual(desk.done, ['press "call-next"']);
});
