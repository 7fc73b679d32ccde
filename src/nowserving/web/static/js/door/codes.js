/** What a door without a network answers to a code: by the list it has, and by the signature for what came later. */

const CODE = /^NS1\.([\w-]{1,64})\.([\w-]{1,64})\.([\w-]{1,64})\.(\d{1,9})\.([\w-]{86})$/;

/** @typedef {{keyId: string, performance: string, serial: string, version: number, signature: string, signed: string}} Code */
/** @typedef {{serial: string, version: number, seat: string, state: string, came_at: string | null}} Stub */
/** @typedef {"yes" | "already_in" | "wrong_performance" | "void" | "unknown"} DoorAnswer */

/** The parts of a code, or null for what was never one. @param {string} text @returns {Code | null} */
export function partsOf(text) {
  const found = CODE.exec(text.trim());
  if (!found) return null;
  const [, keyId, performance, serial, version, signature] = found;
  return { keyId, performance, serial, version: Number(version), signature, signed: found[0].slice(0, -87) };
}

/**
 * What the door of a performance says. `signed` tells whether the signature was checked and is ours:
 * only that lets in what the list does not know yet, a seat that was sold or handed on after it was downloaded.
 *
 * @param {Code | null} code
 * @param {string} performance
 * @param {Map<string, Stub>} list
 * @param {boolean} signed
 * @returns {DoorAnswer}
 */
export function judged(code, performance, list, signed) {
  if (!code) return "unknown";
  if (code.performance !== performance) return "wrong_performance";
  const stub = list.get(code.serial);
  if (!stub) return signed ? "yes" : "unknown";
  if (code.version < stub.version || (stub.state !== "valid" && code.version === stub.version)) return "void";
  if (code.version > stub.version) return signed ? "yes" : "unknown";
  return stub.came_at ? "already_in" : "yes";
}

/**
 * Whether one of our keys has signed a code. False also where this browser can't tell.
 *
 * @param {Code} code
 * @param {{id: string, public: string}[]} keys
 * @param {SubtleCrypto | undefined} [subtle]
 */
export async function isSigned(code, keys, subtle = globalThis.crypto?.subtle) {
  const key = keys.find((one) => one.id === code.keyId);
  if (!key || !subtle) return false;
  try {
    const made = await subtle.importKey("raw", bytesOf(key.public), { name: "Ed25519" }, false, ["verify"]);
    return await subtle.verify({ name: "Ed25519" }, made, bytesOf(code.signature), new TextEncoder().encode(code.signed));
  } catch {
    return false;
  }
}

/** @param {string} text base64url @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}
