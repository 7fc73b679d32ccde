/** Adding a party: one press for the size, and the rest only if somebody wants to say it. */

/**
 * @param {(body: Record<string, unknown>) => Promise<boolean>} send
 * @param {() => any} state the stand's document
 * @returns {{choose: (size: number) => void, begin: () => void}}
 */
export function offerAdding(send, state) {
  const form = /** @type {HTMLFormElement} */ (document.getElementById("add-form"));
  const quote = /** @type {HTMLInputElement} */ (form.elements.namedItem("quoted_min"));
  let edited = false;
  quote.addEventListener("input", () => (edited = true));
  const suggest = () => {
    if (!edited) quote.value = suggestion(state().quotes, sizeOf(new FormData(form)));
  };
  form.addEventListener("change", (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (!["party_size", "large"].includes(field.name)) return;
    suggest();
    if (field.name === "party_size") goOn(form, field.value === "more");
  });
  form.addEventListener("keydown", (event) => event.key === "Escape" && rest());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopPropagation();
    void submit();
  });

  async function submit() {
    const go = /** @type {HTMLButtonElement} */ (form.querySelector("[value=add]"));
    if (go.getAttribute("aria-busy") === "true") return;
    go.setAttribute("aria-busy", "true");
    const added = await send(bodyOf(new FormData(form)));
    go.removeAttribute("aria-busy");
    if (added) rest();
  }

  function rest() {
    form.reset();
    edited = false;
    if (form.contains(document.activeElement)) /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  }

  return {
    choose(size) {
      const key = /** @type {HTMLInputElement | null} */ (form.querySelector(`[name=party_size][value="${size}"]`));
      if (!key) return;
      key.checked = true;
      key.dispatchEvent(new Event("change", { bubbles: true }));
    },
    begin() {
      form.scrollIntoView({ block: "center" });
      /** @type {HTMLElement} */ (form.querySelector("[name=party_size]")).focus();
    },
  };
}

/** @param {HTMLFormElement} form @param {boolean} large */
function goOn(form, large) {
  const next = /** @type {HTMLInputElement | null} */ (form.querySelector(large ? "[name=large]" : "[name=name], [name=note]"));
  // Chosen by an arrow key: the next arrow must still reach the next size.
  if (document.activeElement instanceof HTMLInputElement && document.activeElement.matches("[name=party_size]:focus-visible")) return;
  next?.focus();
}

/** @param {FormData} given @returns {number} */
function sizeOf(given) {
  const size = given.get("party_size");
  return Number(size === "more" ? given.get("large") : size);
}

/**
 * The minutes that a party of this size is told: the far end of the estimate, rounded up to five.
 *
 * @param {{low_s?: number, high_s?: number}[]} quotes by size, from one on
 * @param {number} size
 * @returns {string} empty where nothing is known
 */
export function suggestion(quotes, size) {
  const quote = quotes[Math.min(Math.max(size, 1), quotes.length) - 1];
  if (quote?.high_s === undefined) return "";
  return String(Math.ceil(quote.high_s / 300) * 5);
}

/**
 * What a join is sent: only what was said.
 *
 * @param {FormData} given
 * @returns {Record<string, unknown>}
 */
export function bodyOf(given) {
  /** @type {Record<string, unknown>} */
  const body = { party_size: sizeOf(given) };
  const said = (/** @type {string} */ name) => String(given.get(name) ?? "").trim();
  for (const name of ["name", "note"]) if (said(name)) body[name] = said(name);
  if (said("phone")) body.contact = { phone: said("phone") };
  if (said("quoted_min")) body.quoted_s = Number(said("quoted_min")) * 60;
  return body;
}
