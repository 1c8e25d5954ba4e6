const SAVE_AFTER_MS = 700;

/**
 * One field that is saved as it is typed: a moment after the last key, and at once when it is left.
 * What is being typed is never replaced by what comes in.
 */
export class Typed {
  text = $state('');
  state = $state<'idle' | 'dirty' | 'saving' | 'saved' | 'failed'>('idle');
  readonly #keep: (text: string) => Promise<unknown>;
  #outside: string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(text: string, keep: (text: string) => Promise<unknown>) {
    this.text = this.#outside = text;
    this.#keep = keep;
  }

  write(text: string): void {
    this.text = text;
    this.state = 'dirty';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  /** Takes over what was changed elsewhere, unless it is being written here. */
  follow(text: string): void {
    if (text === this.#outside) return;
    this.#outside = text;
    if (this.state === 'idle' || this.state === 'saved') this.text = text;
  }

  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.state !== 'dirty' && this.state !== 'failed') return;
    const text = this.text;
    this.state = 'saving';
    try {
      await this.#keep(text);
      // A key pressed meanwhile made it dirty again, and its own save is due.
      if (this.text === text) this.state = 'saved';
    } catch {
      this.state = 'failed';
    }
  }
}
