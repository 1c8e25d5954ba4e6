import type { Event } from '../wire';
import type { Link } from './host';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 8_000;

/** The part of EventSource that is used, so that a test can play the server. */
export interface Source {
  onopen: (() => void) | null;
  onmessage: ((message: { data: string }) => void) | null;
  onerror: (() => void) | null;
  close(): void;
}

/**
 * Events from the server, and whether it is there. After a loss it opens the stream again by
 * itself, a little later each time, and at once when the machine says that it is back online.
 */
export class Stream {
  readonly #open: () => Source;
  readonly #probe: () => Promise<Link>;
  readonly #eventEars = new Set<(event: Event) => void>();
  readonly #linkEars = new Set<(link: Link) => void>();
  #source: Source | null = null;
  #link: Link = 'up';
  #pause = FIRST_PAUSE_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(address: string, probe: () => Promise<Link>, open = () => eventSource(address)) {
    this.#open = open;
    this.#probe = probe;
    this.#connect();
    globalThis.addEventListener?.('online', () => this.#link === 'down' && this.#connect());
  }

  onEvent(hear: (event: Event) => void): () => void {
    this.#eventEars.add(hear);
    return () => this.#eventEars.delete(hear);
  }

  onLink(hear: (link: Link) => void): () => void {
    this.#linkEars.add(hear);
    return () => this.#linkEars.delete(hear);
  }

  /** A request found nobody. */
  lose(): void {
    if (this.#link !== 'up') return;
    this.#tell('down');
    this.#retryLater();
  }

  /** A request was refused for want of the cookie. */
  lock(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#tell('locked');
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    const source = this.#open();
    this.#source = source;
    source.onopen = () => {
      this.#pause = FIRST_PAUSE_MS;
      clearTimeout(this.#timer);
      this.#tell('up');
    };
    source.onmessage = ({ data }) => {
      const event = JSON.parse(data) as Event;
      for (const hear of this.#eventEars) hear(event);
    };
    source.onerror = () => void this.#lost(source);
  }

  async #lost(source: Source): Promise<void> {
    source.close();
    if (source !== this.#source || this.#link === 'locked') return;
    const found = await this.#probe();
    if (source !== this.#source) return;
    if (found === 'locked') return this.lock();
    this.#tell('down');
    this.#retryLater();
  }

  #retryLater(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE_MS);
  }

  #tell(link: Link): void {
    if (link === this.#link) return;
    this.#link = link;
    for (const hear of this.#linkEars) hear(link);
  }
}

function eventSource(address: string): Source {
  return new EventSource(address) as Source;
}
