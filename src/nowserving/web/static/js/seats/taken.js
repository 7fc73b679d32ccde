/** Which seats are taken: read once as bits, then followed as they change hands. */

/** @typedef {{version: number, taken: number[], freed: number[]}} News */

export class Taken {
  constructor() {
    this.bits = new Uint8Array();
    this.version = -1;
    /** @type {News[]} what was told since the stream began: what is read later may be of before that */
    this._told = [];
  }

  /** The stream begins anew: what was told before it is in what is read next. */
  begin() {
    this._told = [];
  }

  /** Take what was read. @param {{version: number, taken: string}} answer @returns {number[]} the seats that changed */
  read({ version, taken }) {
    const before = this.bits;
    this.bits = bitsOf(taken);
    this.version = version;
    for (const news of this._told) if (news.version > version) this._apply(news);
    return changed(before, this.bits);
  }

  /** Take what was told. @param {News} news @returns {number[]} the seats that changed */
  tell(news) {
    this._told.push(news);
    return this.version >= 0 && news.version > this.version ? this._apply(news) : [];
  }

  /** @param {number} place */
  has(place) {
    return isTaken(this.bits, place);
  }

  /** @param {News} news */
  _apply({ taken, freed }) {
    const changes = [...taken.filter((place) => !this.has(place)), ...freed.filter((place) => this.has(place))];
    for (const place of changes) this.bits[place >> 3] ^= 128 >> (place & 7);
    return changes;
  }
}

/** The bits of who is taken, from base64. @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export function bitsOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** @param {Uint8Array} bits the first seat in the highest bit @param {number} place */
export function isTaken(bits, place) {
  return ((bits[place >> 3] >> (7 - (place & 7))) & 1) === 1;
}

/** The places whose bit differs. @param {Uint8Array} before @param {Uint8Array} after @returns {number[]} */
export function changed(before, after) {
  const found = [];
  for (let at = 0; at < after.length; at += 1) {
    const differs = (before[at] ?? 0) ^ after[at];
    for (let bit = 0; differs && bit < 8; bit += 1) if ((differs >> (7 - bit)) & 1) found.push(at * 8 + bit);
  }
  return found;
}

/** The first places of an area that nobody has. @param {Taken} taken @param {Set<number>} mine @param {{first?: number, many?: number}} area */
export function freeIn(taken, mine, { first = 0, many = 0 }) {
  const found = [];
  for (let place = first; place < first + many; place += 1) if (!taken.has(place) && !mine.has(place)) found.push(place);
  return found;
}
