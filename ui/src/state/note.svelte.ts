import type { Host } from '../host/host';
import type { CallId, CallRow } from '../wire';

const SAVE_AFTER_MS = 700;

/**
 * One call's note while it is written. What the user types is never replaced by what comes in;
 * it is saved a moment after the last key and at once when the field is left.
 */
export class Note {
  text = $state('');
  state = $state<'idle' | 'dirty' | 'saving' | 'saved' | 'failed'>('idle');
  readonly call: CallId;
  readonly #host: Host;
  readonly #saved: (row: CallRow) => void;
  #outside: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, row: CallRow, saved: (row: CallRow) => void = () => undefined) {
    this.#host = host;
    this.#saved = saved;
    this.call = row.call;
    this.text = this.#outside = row.note;
  }

  write(text: string): void {
    this.text = text;
    this.state = 'dirty';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
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

  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.state !== 'dirty' && this.state !== 'failed') return;
    const text = this.text;
    this.state = 'saving';
    try {
      const row = await this.#host.mutate('SetNote', { call: this.call, note: text });
      // A key pressed meanwhile made it dirty again, and its own save is due.
      if (this.text === text) this.state = 'saved';
      this.#saved(row);
    } catch {
      this.state = 'failed';
    }
  }
}
