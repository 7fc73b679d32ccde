/** What a door keeps on this device: the list of a performance, and the scans that the server has not heard of. */

/** @typedef {import("./codes.js").Stub} Stub */
/** @typedef {{code: string, at: string}} Scan */
/** @typedef {Pick<Storage, "getItem" | "setItem">} Shelf */

const MOST_AT_ONCE = 500;

export class Kept {
  /** @param {string} performance @param {Shelf} [shelf] */
  constructor(performance, shelf = globalThis.localStorage) {
    this._name = `door:${performance}`;
    this._shelf = shelf;
    const kept = this._read();
    /** @type {Map<string, Stub>} */
    this.list = new Map((kept.list ?? []).map((/** @type {Stub} */ stub) => [stub.serial, stub]));
    /** @type {{id: string, public: string}[]} */
    this.keys = kept.keys ?? [];
    /** @type {Scan[]} */
    this.scans = kept.scans ?? [];
  }

  /** Take a fresh list. Who came in here and is not told yet has come in all the same. @param {Stub[]} stubs @param {{id: string, public: string}[]} keys */
  take(stubs, keys) {
    const before = this.list;
    const waiting = new Set(this.scans.map((scan) => scan.code.split(".")[3]));
    this.list = new Map(stubs.map((stub) => [stub.serial, stub]));
    for (const serial of waiting) {
      const known = this.list.get(serial) ?? before.get(serial);
      if (known) this.list.set(serial, { ...known, came_at: known.came_at ?? before.get(serial)?.came_at ?? null });
    }
    this.keys = keys;
    this._write();
  }

  /** Note that somebody came in by a code. @param {import("./codes.js").Code} code @param {string} at */
  came(code, at) {
    const known = this.list.get(code.serial);
    this.list.set(code.serial, { serial: code.serial, seat: known?.seat ?? "", state: "valid", version: code.version, came_at: at });
    this._write();
  }

  /** Note a scan for the server, in its order. @param {Scan} scan */
  owe(scan) {
    this.scans.push(scan);
    this._write();
  }

  /** The next scans to tell, the oldest first. */
  next() {
    return this.scans.slice(0, MOST_AT_ONCE);
  }

  /** The oldest so many scans have been told. @param {number} many */
  told(many) {
    this.scans.splice(0, many);
    this._write();
  }

  _read() {
    try {
      return JSON.parse(this._shelf.getItem(this._name) ?? "{}");
    } catch {
      return {};
    }
  }

  _write() {
    try {
      const kept = { list: [...this.list.values()], keys: this.keys, scans: this.scans };
      this._shelf.setItem(this._name, JSON.stringify(kept));
    } catch {
      // A full shelf: this page still knows it, as long as it is open.
    }
  }
}
