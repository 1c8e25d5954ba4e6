import type { CallId, CallsQuery, Selection } from '../wire';

/** The calls that something is to be done with: some by name, or all that a question finds. */
export class Picked {
  #calls = $state.raw<ReadonlySet<CallId>>(new Set());
  /** The question, where all that fits is picked but for `#calls`. */
  #all = $state.raw<CallsQuery | null>(null);

  get any(): boolean {
    return this.#all !== null || this.#calls.size > 0;
  }

  /** How many there are, of `total` that fit the question. */
  count(total: number): number {
    return this.#all ? Math.max(0, total - this.#calls.size) : this.#calls.size;
  }

  get isAll(): boolean {
    return this.#all !== null;
  }

  has(call: CallId): boolean {
    return this.#calls.has(call) !== (this.#all !== null);
  }

  flip(call: CallId): void {
    const calls = new Set(this.#calls);
    if (!calls.delete(call)) calls.add(call);
    this.#calls = calls;
  }

  /** Picks these too. */
  add(more: CallId[]): void {
    const calls = new Set(this.#calls);
    for (const call of more) {
      if (this.#all) calls.delete(call);
      else calls.add(call);
    }
    this.#calls = calls;
  }

  /** Picks all that fits, as a question and not as a list of a million names. */
  all(query: CallsQuery): void {
    this.#all = query;
    this.#calls = new Set();
  }

  clear(): void {
    this.#all = null;
    this.#calls = new Set();
  }

  selection(): Selection {
    const calls = [...this.#calls];
    return this.#all ? { these: 'fitting', query: this.#all, except: calls } : { these: 'calls', calls };
  }
}
