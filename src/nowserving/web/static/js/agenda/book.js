/** Booking and moving: another day or service is shown at once, and what was typed stays. */

const choose = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-choose]"));
const book = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-book]"));
const KEPT = "agenda-typed";

choose?.querySelector("[data-plain]")?.setAttribute("hidden", "");
choose?.addEventListener("change", () => {
  keep();
  choose.requestSubmit();
});

if (book) {
  restore();
  const chosen = book.querySelector("[name=slot]:checked");
  chosen?.scrollIntoView({ block: "nearest" });
}

/** Name and phone survive a look at another day: only in this tab, and only until then. */
function keep() {
  if (!book) return;
  const typed = Object.fromEntries([...new FormData(book)].filter(([name]) => ["name", "phone", "email", "note"].includes(name)));
  sessionStorage.setItem(KEPT, JSON.stringify(typed));
}

function restore() {
  const typed = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  sessionStorage.removeItem(KEPT);
  for (const [name, value] of Object.entries(typed)) {
    const field = /** @type {HTMLInputElement | null} */ (book?.querySelector(`[name="${name}"]`));
    if (field && !field.value) field.value = String(value);
  }
}
