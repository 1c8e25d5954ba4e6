import type { Host } from '../host/host';
import { Doing } from './doing.svelte';

/** What lies in the clipboard, as far as a screen tells it. */
export type Lying = 'number' | 'unknown';

/** A number on its way into the clipboard, asked about first, and out of it again. */
export class Copying {
  /** The number that shall be copied, while it is asked about. */
  asked = $state<string | null>(null);
  /** When it leaves the clipboard. */
  until = $state(0);
  /** Null where there is nothing to tell. */
  lying = $state<Lying | null>(null);
  readonly doing = new Doing();
  readonly #host: Host;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, now: () => number) {
    this.#host = host;
    this.#now = now;
  }

  ask(number: string): void {
    this.doing.trouble = null;
    this.asked = number;
  }

  dismiss(): void {
    this.asked = null;
  }

  /** Copies the number that was asked about. */
  async copy(): Promise<void> {
    const number = this.asked;
    if (number === null) return;
    const done = await this.doing.run(async () => {
      const { for_ms } = await this.#host.copyNumber(number);
      this.until = this.#now() + for_ms;
      this.lying = 'number';
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => void this.clear(), for_ms);
    });
    if (done) this.asked = null;
  }

  /** Empties the clipboard if the number still lies there. What could not be looked at is told. */
  async clear(): Promise<void> {
    clearTimeout(this.#timer);
    const cleared = await this.#host.clearCopied().catch(() => ({ outcome: 'unknown' as const }));
    this.lying = cleared.outcome === 'unknown' ? 'unknown' : null;
  }

  /** Takes the word about it away. */
  forget(): void {
    this.lying = null;
  }
}
