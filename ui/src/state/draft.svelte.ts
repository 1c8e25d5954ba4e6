const SAVE_AFTER_MS = 700;

/**
 * A text of the user's while it is written: saved a moment after the last key, and at once when the
 * field is left. What could not be saved stays, and is saved later.
 */
export class Draft {
  text = $state('');
  state = $state<'idle' | 'dirty' | 'saving' | 'saved' | 'failed'>('idle');
  readonly #send: (text: string) => Promise<void>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(text: string, send: (text: string) => Promise<void>) {
    this.text = text;
    this.#send = send;
  }

  write(text: string): void {
    this.text = text;
    this.state = 'dirty';
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.save(), SAVE_AFTER_MS);
  }

  async save(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.state !== 'dirty' && this.state !== 'failed') return;
    const text = this.text;
    this.state = 'saving';
    try {
      await this.#send(text);
      // A key pressed meanwhile made it dirty again, and its own save is due.
      if (this.text === text) this.state = 'saved';
    } catch {
      this.state = 'failed';
    }
  }
}
