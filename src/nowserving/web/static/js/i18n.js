/** The page's language: the few messages that scripts say, and its numbers. */

/** The order of plural forms in a gettext catalogue is that of CLDR, less the unused ones. */
const FORMS = { ar: ["zero", "one", "two", "few", "many", "other"], en: ["one", "other"], es: ["one", "other"], hi: ["one", "other"] };

/** @typedef {{language: string, messages: Record<string, string | string[]>}} Catalogue */

/**
 * Make the functions that speak one catalogue's language.
 *
 * @param {Catalogue} catalogue
 */
export function speaker(catalogue) {
  const { language, messages } = catalogue;
  const rules = new Intl.PluralRules(language);
  const forms = /** @type {Record<string, string[]>} */ (FORMS)[language] ?? FORMS.en;
  return {
    language,
    /** @param {string} message @param {Record<string, unknown>} [data] */
    t(message, data) {
      const text = messages[message] ?? message;
      return filled(typeof text === "string" ? text : text[0], data);
    },
    /** @param {string} singular @param {string} plural @param {number} n @param {Record<string, unknown>} [data] */
    tn(singular, plural, n, data) {
      const found = messages[singular];
      const at = forms.indexOf(rules.select(n));
      const text = Array.isArray(found) ? found[at < 0 ? found.length - 1 : at] : n === 1 ? singular : plural;
      return filled(text, { n, ...data });
    },
  };
}

/**
 * Fill the %(name)s places, as gettext does on the server.
 *
 * @param {string} text
 * @param {Record<string, unknown>} [data]
 */
export function filled(text, data) {
  if (!data) return text;
  return text.replace(/%(?:\((\w+)\)[sd]|%)/g, (place, name) => (name ? String(data[name] ?? place) : "%"));
}

/** @returns {Catalogue} */
function pageCatalogue() {
  const text = globalThis.document?.getElementById("messages")?.textContent;
  return text ? JSON.parse(text) : { language: "en", messages: {} };
}

let speaking = speaker(pageCatalogue());

/** The code of the language that the page speaks now. */
export let language = speaking.language;

/** For Intl: digits are Latin in every language, as on displays and printed tickets. */
export let locale = `${language}-u-nu-latn`;

/** Speak another language from now on: a kiosk changes it for each guest. @param {Catalogue} catalogue */
export function speak(catalogue) {
  speaking = speaker(catalogue);
  language = catalogue.language;
  locale = `${language}-u-nu-latn`;
}

/** Say a message in the page's language. The extractor finds it. @param {string} message @param {Record<string, unknown>} [data] */
export function t(message, data) {
  return speaking.t(message, data);
}

/** The form that fits `n`, which fills %(n)s. @param {string} singular @param {string} plural @param {number} n @param {Record<string, unknown>} [data] */
export function tn(singular, plural, n, data) {
  return speaking.tn(singular, plural, n, data);
}
