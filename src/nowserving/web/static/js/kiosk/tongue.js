/** The row of languages, each by its own name, and the change from one to another without loading a page. */
import { h } from "../dom.js";
import { language, speak, t } from "../i18n.js";

/**
 * @param {import("../device/config.js").Config} config
 * @param {() => void} onChange
 */
export function languageRow({ languages, catalogues, language: own }, onChange) {
  const row = h("nav", { class: "languages" }, ...languages.map(key));
  row.hidden = languages.length < 2;

  /** @param {{code: string, name: string}} one */
  function key(one) {
    const press = () => {
      choose(one.code);
      onChange();
    };
    return h("button", { type: "button", class: "languages__key", lang: one.code, dataset: { language: one.code }, onclick: press }, one.name);
  }

  /** @param {string} code */
  function choose(code) {
    speak(catalogues[code]);
    document.documentElement.lang = code;
    document.documentElement.dir = languages.find((one) => one.code === code)?.direction ?? "ltr";
    show();
  }

  function show() {
    row.setAttribute("aria-label", t("Language"));
    for (const button of row.children) button.setAttribute("aria-pressed", String(/** @type {HTMLElement} */ (button).dataset.language === language));
  }

  choose(own);
  return { element: row, reset: () => choose(own), changed: () => language !== own };
}
