import type { Host } from '../host/host';
import { here } from '../parts/zone';
import type { ReadInstant, TimeRead } from '../wire';

const READ_AFTER_MS = 120;

/** A time as somebody writes it, and what the engine understands of it. */
export class Said {
  text = $state('');
  /** What the text means; null until that is known for the text as it stands. */
  read = $state.raw<TimeRead | null>(null);
  /** Which one of several meanings. */
  choice = $state(0);
  readonly #host: Host;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The time that would be taken, which is on the screen in full. */
  get picked(): ReadInstant | null {
    const time = this.read?.times[this.choice];
    return time && !time.past ? time : null;
  }

  /** Takes new text and reads it a moment later. */
  type(text: string): void {
    this.text = text;
    this.read = null;
    this.choice = 0;
    this.#asked += 1;
    clearTimeout(this.#timer);
    if (text.trim()) this.#timer = setTimeout(() => void this.look(), READ_AFTER_MS);
  }

  /** Reads the text now. What it means is there when this is over, unless it changed meanwhile. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    const text = this.text.trim();
    if (!text) return;
    const asked = ++this.#asked;
    const read = await this.#host.query('ReadTime', { text, zone: here() }).catch(() => null);
    // The offline bar tells of a lost host; the text stays.
    if (asked === this.#asked) this.read = read;
  }
}
