/** What was done to a plan, to be taken back and done again. Plans share what did not change, so they cost little. */

const MOST = 200;

/** @template T */
export class History {
  /** @param {T} now */
  constructor(now) {
    this.now = now;
    /** @type {T[]} */
    this._before = [];
    /** @type {T[]} */
    this._after = [];
    this._saved = now;
  }

  /** @param {T} next */
  do(next) {
    if (next === this.now) return;
    this._before.push(this.now);
    if (this._before.length > MOST) this._before.shift();
    this._after = [];
    this.now = next;
  }

  undo() {
    const before = this._before.pop();
    if (before === undefined) return;
    this._after.push(this.now);
    this.now = before;
  }

  redo() {
    const after = this._after.pop();
    if (after === undefined) return;
    this._before.push(this.now);
    this.now = after;
  }

  saved() {
    this._saved = this.now;
  }

  get canUndo() {
    return this._before.length > 0;
  }

  get canRedo() {
    return this._after.length > 0;
  }

  get isSaved() {
    return this._saved === this.now;
  }
}
