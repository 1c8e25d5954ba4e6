import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { Deletion, Selection } from '../wire';
import type { Desk } from './desk.svelte';
import type { Log } from './log.svelte';

/** Calls that were deleted and can come back for a moment. It outlives every screen. */
export class Deleting {
  trouble = $state.raw<Trouble | null>(null);
  /** Whether an undo came too late. */
  tooLate = $state(false);
  /** A deletion that was undone, or whose moment was seen to be over. */
  #over = $state(0);
  readonly #host: Host;
  readonly #desk: Desk;
  readonly #log: Log;
  readonly #now: () => number;

  constructor(host: Host, desk: Desk, log: Log, now: () => number) {
    this.#host = host;
    this.#desk = desk;
    this.#log = log;
    this.#now = now;
  }

  /** The deletion that can still be undone. */
  get last(): Deletion | null {
    const deletion = this.#desk.state?.deletion ?? null;
    if (!deletion || deletion.id <= this.#over || deletion.undo_until <= this.#now()) return null;
    return deletion;
  }

  delete(selection: Selection): Promise<void> {
    return this.#take(() => this.#host.mutate('DeleteCalls', { selection }));
  }

  erase(number: string, keep_off: boolean): Promise<void> {
    return this.#take(() => this.#host.mutate('EraseNumber', { number, keep_off }));
  }

  async undo(): Promise<void> {
    const deletion = this.last;
    if (!deletion) return;
    this.trouble = null;
    try {
      const undone = await this.#host.mutate('UndoDeletion', { deletion: deletion.id });
      this.#over = deletion.id;
      this.tooLate = undone.outcome === 'too_late';
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
    }
  }

  /** Another mode begins, whose deletions count from one again. */
  reset(): void {
    this.#over = 0;
    this.dismiss();
  }

  /** Puts a word about an undo away. */
  dismiss(): void {
    this.trouble = null;
    this.tooLate = false;
  }

  async #take(ask: () => Promise<Deletion>): Promise<void> {
    this.dismiss();
    const deletion = await ask();
    this.#log.picked.clear();
    this.#log.leave();
    // The desk is asked anew by an event; the bar need not wait for it.
    if (this.#desk.state && deletion.calls > 0) this.#desk.state = { ...this.#desk.state, deletion };
    this.#log.ask();
  }
}
