/** The desk's instant, ticking once a second; the engine's word corrects the window's own clock. */
export class Clock {
  #now = $state(0);
  #offset = 0;
  readonly #read: () => number;

  constructor(read: () => number = Date.now) {
    this.#read = read;
    this.#now = read();
  }

  get now(): number {
    return this.#now;
  }

  /** Takes the engine's instant as the truth from here on. */
  trust(now: number): void {
    this.#offset = now - this.#read();
    this.tick();
  }

  tick(): void {
    this.#now = this.#read() + this.#offset;
  }

  /** Ticks on the second until the returned function is called. */
  start(): () => void {
    const timer = setInterval(() => this.tick(), 1000);
    return () => clearInterval(timer);
  }
}
