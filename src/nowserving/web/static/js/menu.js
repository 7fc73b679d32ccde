/** Menus made of <details>: one open at a time, closed by Escape and by a press elsewhere. */

export function tameMenus() {
  document.addEventListener("click", (event) => closeMenus(/** @type {Node} */ (event.target)));
  document.addEventListener("focusin", (event) => closeMenus(/** @type {Node} */ (event.target)));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = /** @type {HTMLDetailsElement | null} */ (document.querySelector("details[data-menu][open]"));
    if (!open) return;
    open.open = false;
    open.querySelector("summary")?.focus();
  });
}

/** @param {Node} target */
function closeMenus(target) {
  for (const menu of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details[data-menu][open]"))) {
    if (!menu.contains(target)) menu.open = false;
  }
}

/** Light, dark, or like the device; remembered by this browser. theme.js applies it on the next page. */
export function offerThemes() {
  const menu = /** @type {HTMLElement | null} */ (document.querySelector("[data-theme-menu]"));
  if (!menu) return;
  menu.hidden = false;
  showTheme(menu, document.documentElement.dataset.theme ?? "auto");
  menu.addEventListener("click", (event) => {
    const chosen = /** @type {Element} */ (event.target).closest("[data-theme-choice]");
    if (chosen instanceof HTMLElement) chooseTheme(menu, chosen.dataset.themeChoice ?? "auto");
  });
}

/** @param {HTMLElement} menu @param {string} theme */
function chooseTheme(menu, theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem("ns-theme", theme);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  showTheme(menu, theme);
}

/** @param {HTMLElement} menu @param {string} theme */
function showTheme(menu, theme) {
  for (const choice of /** @type {NodeListOf<HTMLElement>} */ (menu.querySelectorAll("[data-theme-choice]"))) {
    choice.setAttribute("aria-pressed", String(choice.dataset.themeChoice === theme));
  }
}
