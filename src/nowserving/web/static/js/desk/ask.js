/** What the desk asks, in dialogs: to which queue, who walks in, call it here all the same. */
import { keyedList } from "../dom.js";
import { fields, fill, fromTemplate } from "./parts.js";

/** @param {string} id */
const dialogOf = (id) => /** @type {HTMLDialogElement} */ (document.getElementById(id));

/**
 * Open a dialog and wait for the answer.
 *
 * @param {string} id
 * @returns {Promise<FormData | null>} the form, or null when it was left
 */
export function ask(id) {
  const dialog = dialogOf(id);
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "go" ? new FormData(form) : null), { once: true });
  });
}

/** Buttons that close, and presses beside a dialog. */
export function tameDialogs() {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const dialog = target.closest("dialog");
    if (dialog && (target === dialog || target.closest("[data-close]"))) dialog.close();
  });
}

/**
 * Ask where a ticket goes.
 *
 * @param {any} state @param {string} code @param {string} own the queue it is in
 */
export async function askTransfer(state, code, own) {
  const dialog = dialogOf("transfer");
  fill(dialog, "code", code);
  offerQueues(dialog, allQueues(state).filter(([id]) => id !== own));
  const answer = await ask("transfer");
  return answer && { queue_id: String(answer.get("queue_id")), where: String(answer.get("where")) };
}

/** @param {any} state @returns {[string, any][]} */
export function allQueues(state) {
  return [...Object.entries(state.queues), ...Object.entries(state.elsewhere ?? {})];
}

/** Ask who walks in, and for which of this desk's queues. @param {any} state */
export async function askWalkIn(state) {
  const dialog = dialogOf("walk-in");
  const form = /** @type {HTMLFormElement} */ (dialog.querySelector("form"));
  form.reset();
  offerQueues(dialog, Object.entries(state.queues).sort(([, one], [, other]) => one.place - other.place));
  const chosen = () => state.queues[String(new FormData(form).get("queue_id"))];
  form.onchange = (event) => /** @type {HTMLElement} */ (event.target).matches("[name=queue_id]") && offerFields(form, chosen());
  offerFields(form, chosen());
  const answer = await ask("walk-in");
  return answer && { queue_id: String(answer.get("queue_id")), call: answer.get("call") === "on", body: walkInBody(answer, chosen()) };
}

/**
 * What a join is sent: only what this queue asks for.
 *
 * @param {FormData} answer @param {any} queue
 */
export function walkInBody(answer, queue) {
  /** @type {Record<string, unknown>} */
  const body = {};
  const name = String(answer.get("name") ?? "").trim();
  const priority = String(answer.get("priority") ?? "");
  if (queue?.ask_name && name) body.name = name;
  if (queue?.ask_party) body.party_size = Number(answer.get("party_size"));
  if (queue?.priorities?.length && priority) body.priority = priority;
  return body;
}

/** @param {HTMLFormElement} form @param {any} queue */
function offerFields(form, queue) {
  const asked = { name: queue?.ask_name, party: queue?.ask_party, priority: queue?.priorities?.length };
  for (const [what, wanted] of Object.entries(asked)) {
    const field = /** @type {HTMLElement} */ (form.querySelector(`[data-when="${what}"]`));
    field.hidden = !wanted;
  }
  const party = /** @type {HTMLInputElement} */ (form.elements.namedItem("party_size"));
  party.max = String(queue?.max_party ?? 1);
  const select = /** @type {HTMLSelectElement} */ (form.elements.namedItem("priority"));
  select.replaceChildren(select.options[0], ...(queue?.priorities ?? []).map((/** @type {any} */ one) => new Option(one.name, one.code)));
}

/** @param {HTMLElement} dialog @param {[string, any][]} queues */
function offerQueues(dialog, queues) {
  const list = fields(dialog, "queues")[0];
  keyedList(
    list,
    queues,
    ([id]) => id,
    () => fromTemplate("t-choice"),
    (row, [id, queue]) => {
      const radio = /** @type {HTMLInputElement} */ (row.querySelector("input"));
      radio.value = id;
      fill(row, "prefix", queue.prefix);
      for (const name of fields(row, "name")) (name.textContent = queue.name), (name.hidden = false);
    },
  );
  const radios = /** @type {HTMLInputElement[]} */ ([...list.querySelectorAll("input")]);
  if (radios.length && !radios.some((radio) => radio.checked)) radios[0].checked = true;
}
