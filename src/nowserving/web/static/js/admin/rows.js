/** Rows of a form that wait until somebody needs them. Without JavaScript they simply all stand there. */

/** @param {ParentNode} root */
export function showRowsOnDemand(root) {
  const add = /** @type {HTMLButtonElement | null} */ (root.querySelector("[data-add-row]"));
  const spare = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-spare]")]);
  if (!add || !spare.length) return;
  for (const row of spare) row.hidden = true;
  add.hidden = false;
  add.addEventListener("click", () => {
    const row = spare.shift();
    if (!row) return;
    row.hidden = false;
    row.querySelector("input")?.focus();
    add.hidden = !spare.length;
  });
}

/** The first free capital letter, offered as soon as a queue has a name. @param {ParentNode} root */
export function fillPrefixes(root) {
  root.addEventListener("input", (event) => {
    const name = /** @type {HTMLInputElement} */ (event.target);
    if (!/^queues-\d+-name$/.test(name.name)) return;
    const prefix = /** @type {HTMLInputElement | null} */ (root.querySelector(`[name="${name.name.replace("-name", "-prefix")}"]`));
    if (prefix && name.value && !prefix.value) prefix.value = freeLetter(root);
  });
}

/** @param {ParentNode} root @returns {string} */
export function freeLetter(root) {
  const inputs = /** @type {NodeListOf<HTMLInputElement>} */ (root.querySelectorAll('[name$="-prefix"]'));
  const taken = new Set([...inputs].map((input) => input.value.toUpperCase()));
  return [..."ABCDEFGHJKLMNPQRSTUVWXYZ"].find((letter) => !taken.has(letter)) ?? "";
}
