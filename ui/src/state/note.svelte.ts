import type { Host } from '../host/host';
import type { CallId, CallRow } from '../wire';
import { Draft } from './draft.svelte';

/** One call's note while it is written. What the user types is never replaced by what comes in. */
export class Note extends Draft {
  readonly call: CallId;
  #outside: string;

  constructor(host: Host, row: CallRow, saved: (row: CallRow) => void = () => undefined) {
    super(row.note, async (note) => saved(await host.mutate('SetNote', { call: row.call, note })));
    this.call = row.call;
    this.#outside = row.note;
  }

  /**
   * Takes over a note that was changed elsewhere, unless one is being written here. A row that was
   * on its way before a save still bears the old note, and must not undo what was just saved.
   */
  follow(row: CallRow): void {
    if (row.call !== this.call || row.note === this.#outside) return;
    this.#outside = row.note;
    if (this.state === 'idle' || this.state === 'saved') this.text = row.note;
  }
}
