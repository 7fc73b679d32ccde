/** The keys of the on-screen keyboard, by language. Each string is a row, each letter of it a key. */

/** Latin letters with what English and Spanish need. */
const LATIN = [["QWERTYUIOP", "ASDFGHJKLÑ", "ZXCVBNM'-"], ["ÁÀÂÄÃÅÆÇ", "ÉÈÊËÍÌÎÏ", "ÓÒÔÖÕØÚÙÛÜ"]];
const ARABIC = [["ضصثقفغعهخحج", "شسيبلاتنمكط", "ذئءؤرىةوزظد"], ["أإآلألإلآ", "پچژگڤ", "ـ-'"]];
/** Devanagari in the order of its alphabet: vowels and their signs, then consonants. */
const DEVANAGARI = [
  ["कखगघङचछजझञ", "टठडढणतथदधन", "पफबभमयरलवश", "षसहड़ढ़"],
  ["अआइईउऊऋएऐओऔ", "ािीुूृेैोौ", "ंँः़्"],
];

/** @type {Record<string, {name: string, pages: string[][]}>} */
const SCRIPTS = {
  latin: { name: "ABC", pages: LATIN },
  arabic: { name: "ا ب ت", pages: ARABIC },
  devanagari: { name: "क ख ग", pages: DEVANAGARI },
};
/** @type {Record<string, string[]>} the script of the language first, and Latin for the names that need it */
const BY_LANGUAGE = { en: ["latin"], es: ["latin"], ar: ["arabic", "latin"], hi: ["devanagari", "latin"] };

/**
 * The keyboards a guest may switch between, the own script first.
 *
 * @param {string} language
 * @returns {{script: string, name: string, pages: string[][][]}[]}
 */
export function keyboardsFor(language) {
  return (BY_LANGUAGE[language] ?? BY_LANGUAGE.en).map((script) => ({
    script,
    name: SCRIPTS[script].name,
    pages: SCRIPTS[script].pages.map((rows) => rows.map(keysOf)),
  }));
}

/** A key is a letter with the marks that belong to it: ड़ is one, and so is a vowel sign alone. @param {string} row */
function keysOf(row) {
  /** @type {string[]} */
  const keys = [];
  for (const letter of row) {
    // A nukta belongs to the letter before it, except where it is a key of its own.
    if (letter === "़" && keys.length && /[डढ]/.test(keys[keys.length - 1])) keys[keys.length - 1] += letter;
    else keys.push(letter);
  }
  return keys;
}

/**
 * What a text becomes when a key is pressed: the first letter of each word is a capital.
 *
 * @param {string} text
 * @param {string} key
 * @param {number} longest
 */
export function typed(text, key, longest) {
  const begins = text === "" || /[\s'-]$/.test(text);
  const letter = begins ? key : key.toLocaleLowerCase();
  return [...text, ...letter].length > longest ? text : text + letter;
}

/** A text without its last letter; a mark goes alone, as on every keyboard. @param {string} text */
export function erased(text) {
  return [...text].slice(0, -1).join("");
}
