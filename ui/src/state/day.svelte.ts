import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CallRow, Event } from '../wire';

const MOST = 500;

/** Today's calls, newest first. */
export class Day {
  rows = $state.raw<CallRow[]>([]);
  loaded = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  #since = 0;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async load(since: number): Promise<void> {
    this.#since = since;
    try {
      const ask = {
        search: '',
        starred: false,
        since,
        order: 'time' as const,
        ascending: false,
        offset: 0,
        limit: MOST,
      };
      this.rows = (await this.#host.query('CallsQuery', ask)).rows;
      this.trouble = null;
      this.loaded = true;
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
    }
  }

  /** Forgets everything: practice and the real thing share nothing. */
  reset(): void {
    this.rows = [];
    this.loaded = false;
  }

  hear(event: Event): void {
    if (event.event !== 'call_changed') return;
    // Past midnight in Beijing the figures start anew, and so does the list.
    if (event.today.since !== this.#since) return void this.load(event.today.since);
    if (event.row.at >= this.#since) this.put(event.row);
  }

  put(row: CallRow): void {
    const others = this.rows.filter((known) => known.call !== row.call);
    const place = others.findIndex((known) => known.at < row.at);
    others.splice(place < 0 ? others.length : place, 0, row);
    this.rows = others;
  }
}
