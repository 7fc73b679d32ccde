/** The queues of a desk: a tick puts one last in the order. */

const served = /** @type {HTMLElement | null} */ (document.querySelector("[data-served]"));
served?.addEventListener("change", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  if (box.type !== "checkbox" || !box.checked) return;
  const place = /** @type {HTMLInputElement | null} */ (box.closest(".served__one")?.querySelector('[type="number"]'));
  if (place) place.value = String(last(served) + 1);
});

/** The highest number among the ticked ones. @param {HTMLElement} list */
function last(list) {
  const rows = [...list.querySelectorAll(".served__one:has(:checked) [type=number]")];
  return Math.max(0, ...rows.map((row) => Number(/** @type {HTMLInputElement} */ (row).value) || 0));
}
