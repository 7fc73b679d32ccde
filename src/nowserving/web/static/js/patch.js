/**
 * RFC 7396: JSON Merge Patch. A screen's document plus its patches is the newest document.
 *
 * The document that goes in is never changed, so that what is on the screen can be compared.
 *
 * @param {unknown} document
 * @param {unknown} patch
 * @returns {any}
 */
export function merged(document, patch) {
  if (!isObject(patch)) return patch;
  /** @type {Record<string, unknown>} */
  const result = Object.create(null);
  if (isObject(document)) Object.assign(result, document);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
