/** How soon the next digit follows where a number is typed. */
const SOON_MS = 600;

/**
 * A digit that chooses something, or begins a number: whether another one follows tells which. It is
 * asked where the keyboard was taken from the number line without anybody's wish.
 */
export class FirstDigit {
  #held: { digit: string; choose: () => void; timer: ReturnType<typeof setTimeout> } | null = null;
  readonly #typed: (digits: string) => void;

  /** `typed` is told of digits that began a number. */
  constructor(typed: (digits: string) => void) {
    this.#typed = typed;
  }

  /** Takes a digit, with what it chooses; null where it can only begin a number. */
  press(digit: string, choose: (() => void) | null): void {
    const before = this.#held;
    if (before) clearTimeout(before.timer);
    this.#held = null;
    if (before || !choose) {
      this.#typed((before?.digit ?? '') + digit);
      return;
    }
    this.#held = { digit, choose, timer: setTimeout(() => this.settle(), SOON_MS) };
  }

  /** No other digit is to come. */
  settle(): void {
    const held = this.#held;
    if (!held) return;
    clearTimeout(held.timer);
    this.#held = null;
    held.choose();
  }
}
