/** What is said for a call, as a list of clips: "A, one, two, please go to, desk, three". No sound here. */

/** What a desk may be called, in any of our languages. A desk of another name is a desk. */
const NOUNS = {
  counter: ["counter", "mostrador", "काउंटर", "كاونتر", "الكاونتر"],
  room: ["room", "office", "sala", "consulta", "consultorio", "despacho", "कक्ष", "कमरा", "غرفة", "الغرفة"],
  window: ["window", "ventanilla", "खिड़की", "شباك", "الشباك", "نافذة"],
};
/** Numbers up to this one are said whole, longer ones digit by digit. */
const LARGEST = 99;

/**
 * @param {string} code "A-012"
 * @returns {string[]} letters and digits, one by one; the zeros before the number are not said
 */
export function codeClips(code) {
  const [prefix, number = ""] = code.split("-");
  return [...prefix.toUpperCase(), ...number.replace(/^0+(?=\d)/, "")];
}

/**
 * @param {string} desk its name, as an admin wrote it
 * @returns {string[] | null} null: it has no number or letter at its end and can't be said
 */
export function deskClips(desk) {
  const found = /^(.*?)[\s.:#-]*(\d{1,4}|(?<![\p{L}\p{M}])[A-Za-z])$/u.exec(desk.trim());
  if (!found) return null;
  const words = found[1].trim().toLocaleLowerCase().split(/\s+/);
  const noun = Object.entries(NOUNS).find(([, names]) => names.some((name) => words.includes(name)))?.[0] ?? "desk";
  return [noun, ...numberClips(found[2])];
}

/** @param {string} number */
function numberClips(number) {
  const plain = number.replace(/^0+(?=\d)/, "").toUpperCase();
  return Number(plain) > LARGEST ? [...plain] : [plain];
}

/**
 * A whole call, with a short pause (null) before the desk. Not every language has every clip.
 *
 * @param {{code: string, desk?: string}} call
 * @param {(clip: string) => boolean} has whether there is such a clip
 * @returns {(string | null)[]}
 */
export function callClips({ code, desk }, has) {
  const where = desk ? deskClips(desk) : null;
  const place = where?.every(has) ? ["go_to", ...where, "after"] : ["look"];
  return ["ticket", ...codeClips(code), null, ...place].filter((clip) => clip === null || has(clip));
}
