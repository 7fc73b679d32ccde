/** The grid of opening hours: rows as they are needed, a day copied to those below, a day closed. */

for (const day of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-week] [data-day]"))) begin(day);

/** @param {HTMLElement} day */
function begin(day) {
  for (const row of /** @type {NodeListOf<HTMLElement>} */ (day.querySelectorAll("[data-spare]"))) row.hidden = true;
  const tools = /** @type {HTMLElement} */ (day.querySelector("[data-week-tools]"));
  tools.hidden = false;
  on(tools, "[data-add-time]", () => addTime(day));
  on(tools, "[data-copy-day]", () => copyDown(day));
  on(tools, "[data-close-day]", () => fill(day, []));
  day.addEventListener("input", () => show(day));
  show(day);
}

/** @param {HTMLElement} root @param {string} selector @param {() => void} act */
function on(root, selector, act) {
  root.querySelector(selector)?.addEventListener("click", act);
}

/** @param {HTMLElement} day @returns {HTMLElement[]} */
function rows(day) {
  return [...day.querySelectorAll(".week__row")].map((row) => /** @type {HTMLElement} */ (row));
}

/** @param {HTMLElement} row @returns {HTMLInputElement[]} */
function times(row) {
  return [...row.querySelectorAll("input")];
}

/** @param {HTMLElement} day */
function addTime(day) {
  const row = rows(day).find((one) => one.hidden);
  if (!row) return;
  row.hidden = false;
  times(row)[0].focus();
  show(day);
}

/** @param {HTMLElement} day @param {string[][]} values */
function fill(day, values) {
  rows(day).forEach((row, place) => {
    const [opens, closes] = times(row);
    [opens.value, closes.value] = values[place] ?? ["", ""];
    row.hidden = place > 0 && !values[place];
  });
  show(day);
}

/** @param {HTMLElement} day */
function copyDown(day) {
  const values = rows(day).map((row) => times(row).map((input) => input.value)).filter(([opens]) => opens);
  for (let next = day.nextElementSibling; next; next = next.nextElementSibling) fill(/** @type {HTMLElement} */ (next), values);
}

/** A closed day looks closed, and offers another time only while there is room. @param {HTMLElement} day */
function show(day) {
  day.toggleAttribute("data-closed", rows(day).every((row) => times(row).every((input) => !input.value)));
  const add = /** @type {HTMLButtonElement} */ (day.querySelector("[data-add-time]"));
  add.disabled = !rows(day).some((row) => row.hidden);
}
