import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { LeadId, LeadRow, LeadState, LeadTurn, ListId } from '../wire';

const PAGE = 50;
/** A search is asked for when the fingers rest. */
const ASK_AFTER_MS = 150;

/** All leads of one list, a page at a time, narrowed by how they stand and by a search. */
export class Leads {
  readonly list: ListId;
  only = $state<LeadState | null>(null);
  search = $state('');
  offset = $state(0);
  /** Null until the first answer. */
  rows = $state.raw<LeadRow[] | null>(null);
  total = $state(0);
  moving = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #host: Host;

  constructor(host: Host, list: ListId) {
    this.#host = host;
    this.list = list;
  }

  /** Whether all of them are shown, none left out. */
  get whole(): boolean {
    return this.only === null && this.search.trim() === '';
  }

  get earlier(): boolean {
    return this.offset > 0;
  }

  get further(): boolean {
    return this.offset + PAGE < this.total;
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const search = this.search.trim();
    try {
      const page = await this.#host.query('LeadsQuery', {
        list: this.list,
        ...(this.only !== null && { state: this.only }),
        ...(search && { search }),
        offset: this.offset,
        limit: PAGE,
      });
      if (asked !== this.#asked) return;
      [this.rows, this.total, this.trouble] = [page.rows, page.total, null];
    } catch (thrown) {
      if (asked === this.#asked) this.trouble = troubleOf(thrown);
    }
  }

  narrow(only: LeadState | null): void {
    this.only = only;
    this.offset = 0;
    void this.load();
  }

  find(search: string): void {
    this.search = search;
    this.offset = 0;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), ASK_AFTER_MS);
  }

  turn(step: 1 | -1): void {
    this.offset = Math.max(0, this.offset + step * PAGE);
    void this.load();
  }

  /** Moves a lead in the order by hand; tells whether it moved. */
  async move(lead: LeadId, turn: LeadTurn): Promise<boolean> {
    if (this.moving) return false;
    this.moving = true;
    try {
      await this.#host.mutate('TurnLead', { lead, turn });
      await this.load();
      return true;
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
      return false;
    } finally {
      this.moving = false;
    }
  }

  /** Nothing is asked for any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
  }
}
