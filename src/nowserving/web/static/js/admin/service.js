/** A service's form: rows on demand, its own hours only where they count, and the slots it makes as one types. */
import { h, setText } from "../dom.js";
import { showRowsOnDemand } from "./rows.js";

const PAUSE_MS = 400;

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-service-form]"));
if (form) begin(form);

/** @param {HTMLFormElement} form */
function begin(form) {
  showRowsOnDemand(form);
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-spare-reminder]"))) row.hidden = true;
  form.addEventListener("change", () => show(form));
  show(form);
  listen(form);
}

/** Only what the present choices need. @param {HTMLFormElement} form */
function show(form) {
  const own = /** @type {HTMLElement | null} */ (form.querySelector("[data-own-hours]"));
  if (own) own.hidden = !form.querySelector('[name=given][value="hours"]:checked');
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-question]"))) {
    const kind = /** @type {HTMLSelectElement} */ (row.querySelector("[data-kind]"));
    /** @type {HTMLElement} */ (row.querySelector("[data-choices]")).hidden = kind.value !== "choice";
  }
}

/** @param {HTMLFormElement} form */
function listen(form) {
  const words = document.querySelector("[data-preview-words]");
  const slots = document.querySelector("[data-preview-slots]");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = (asked += 1);
      const found = await previewOf(form).catch(() => null);
      // Only the answer to what was typed last.
      if (!found || turn !== asked) return;
      setText(words, found.words);
      slots?.replaceChildren(...found.slots.map((slot) => h("li", { class: "preview__slot" }, slot)));
    }, PAUSE_MS);
  });
}

/** @param {HTMLFormElement} form @returns {Promise<{words: string, slots: string[]} | null>} */
async function previewOf(form) {
  const typed = new URLSearchParams();
  for (const [name, value] of new FormData(form)) typed.append(name, String(value));
  const response = await fetch(String(form.dataset.preview), { method: "POST", body: typed });
  return response.ok ? response.json() : null;
}
