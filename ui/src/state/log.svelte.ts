import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CallId, CallRow, CallStatus, CustomerName, Event, OutcomeId, RecordingState } from '../wire';
import type { What } from './export.svelte';
import { inserted, PAGE, placeOf, replaced, type Pages } from './pages';

const KEPT_AROUND = 20;
const WEEK_MS = 7 * 24 * 3600 * 1000;
/** So soon a recording leaves that one is warned of. */
const LEAVING_MS = 2 * 24 * 3600 * 1000;
const SEARCH_AFTER_MS = 120;
const REFRESH_AFTER_MS = 150;

/** By how recordings stand, or by that they leave the platform soon. */
export interface RecordingFilter {
  recording?: RecordingState;
  leaving?: boolean;
}

/** The log as a window onto it: pages are read as they come into view, and kept. */
export class Log {
  search = $state('');
  status = $state<CallStatus | ''>('');
  week = $state(false);
  recorded = $state(false);
  /** Only calls that this came of. */
  outcome = $state<OutcomeId | null>(null);
  /** Only calls with the numbers of this customer. */
  customer = $state.raw<CustomerName | null>(null);
  recording = $state<RecordingState | ''>('');
  leaving = $state(false);
  /** Null until the first answer. */
  total = $state<number | null>(null);
  /** Whether more calls fit than `total` says. */
  more = $state(false);
  /** How far the index of searches is, in hundredths, while it is being built. */
  indexed = $state<number | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** The chosen row's place, or -1. */
  at = $state(-1);
  chosen = $state<CallId | null>(null);
  #pages = $state.raw<Pages>(new Map());
  #asking = new Set<number>();
  #question = 0;
  #seen: [number, number] = [0, PAGE];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether an event was answered with a question just now, and whether another came since. */
  #resting = false;
  #stale = false;
  readonly #host: Host;
  readonly #now: () => number;

  constructor(host: Host, now: () => number) {
    this.#host = host;
    this.#now = now;
  }

  get narrowed(): boolean {
    const chosen = this.outcome !== null || this.customer !== null;
    const recording = this.recording !== '' || this.leaving;
    return this.search !== '' || this.status !== '' || this.week || this.recorded || chosen || recording;
  }

  /** How many rows the list has: if more may follow, a page of them, which is read when it is seen. */
  get length(): number {
    return (this.total ?? 0) + (this.more ? PAGE : 0);
  }

  /** The calls that the list shows, for an export of just these. */
  get what(): What {
    return { query: this.#ask(0), count: this.total ?? 0, more: this.more };
  }

  row(index: number): CallRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Rows of the same question, wherever they stand; those on screen stay as they are. */
  async peek(offset: number, limit: number): Promise<CallRow[]> {
    const { rows } = await this.#host.query('CallsQuery', { ...this.#ask(0), offset, limit });
    return rows;
  }

  /** Starts the question over; what is on screen stays until the answer is here. */
  ask(): void {
    clearTimeout(this.#timer);
    this.#question += 1;
    this.#asking.clear();
    void this.#read(Math.floor(this.#seen[0] / PAGE), true);
  }

  /** The same after a pause, for a search that is being typed. */
  askSoon(after = SEARCH_AFTER_MS): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ask(), after);
  }

  /** A narrower or wider question begins at the top, with nothing chosen. */
  narrow(after = 0): void {
    this.#seen = [0, PAGE];
    this.at = -1;
    this.chosen = null;
    this.askSoon(after);
  }

  /** Forgets everything: practice and the real thing share nothing. */
  reset(): void {
    this.#pages = new Map();
    this.total = null;
    this.more = false;
    this.clear();
  }

  clear(): void {
    this.search = '';
    this.status = '';
    this.week = false;
    this.recorded = false;
    this.outcome = null;
    this.customer = null;
    this.recording = '';
    this.leaving = false;
    this.narrow();
  }

  /** Narrows to recordings that stand so, and to nothing else. */
  showRecordings(filter: RecordingFilter): void {
    this.clear();
    this.recording = filter.recording ?? '';
    this.leaving = filter.leaving ?? false;
    this.narrow();
  }

  /** Tells which rows are on screen, so that their pages are read. */
  see(from: number, to: number): void {
    this.#seen = [from, to];
    for (let page = Math.floor(from / PAGE); page <= Math.floor(Math.max(from, to - 1) / PAGE); page++) {
      if (!this.#pages.has(page)) void this.#read(page, false);
    }
  }

  choose(index: number): void {
    if (!this.total) return;
    this.at = Math.max(0, Math.min(this.total - 1, index));
    this.chosen = this.row(this.at)?.call ?? null;
  }

  /** Chooses nothing. */
  leave(): void {
    this.at = -1;
    this.chosen = null;
  }

  /** Shows one call wherever it stands in the log. */
  show(call: CallId): void {
    this.chosen = call;
    this.at = placeOf(this.#pages, call);
  }

  hear(event: Event): void {
    if (event.event === 'search_built') {
      this.indexed = event.done < event.total ? Math.floor((100 * event.done) / event.total) : null;
    }
    if (event.event !== 'call_changed') return;
    // A page that is being read may have been written before this row.
    if (!this.#take(event.row) || this.#asking.size > 0) this.#refresh();
  }

  /** Shows a changed row at once. False where only the log itself can tell what is shown now. */
  #take(row: CallRow): boolean {
    const index = placeOf(this.#pages, row.call);
    const fits = this.#fits(row);
    if (index >= 0) {
      const known = this.row(index);
      this.#pages = replaced(this.#pages, index, row);
      return fits === true && known?.at === row.at;
    }
    if (!fits) return fits === false;
    const pages = inserted(this.#pages, row);
    if (pages === null) return false;
    this.#pages = pages;
    this.total = (this.total ?? 0) + (this.more ? 0 : 1);
    this.#hold();
    return true;
  }

  /** Whether a row is one of those asked for; undefined where it takes the index of searches to tell. */
  #fits(row: CallRow): boolean | undefined {
    if (this.search.trim()) return undefined;
    if (this.status && row.status !== this.status) return false;
    if (this.recorded && row.recording !== 'saved') return false;
    if (this.recording && row.recording !== this.recording) return false;
    if (this.leaving && (row.recording_leaves_at ?? Infinity) > this.#now() + LEAVING_MS) return false;
    if (this.outcome !== null && row.outcome?.outcome !== this.outcome) return false;
    if (this.customer && row.customer?.customer !== this.customer.customer) return false;
    return !this.week || row.at >= this.#now() - WEEK_MS;
  }

  /** The first of a burst of events is answered at once, and all the others together. */
  #refresh(): void {
    this.#stale = this.#resting;
    if (this.#resting) return;
    this.#resting = true;
    this.ask();
    setTimeout(() => {
      this.#resting = false;
      if (this.#stale) this.#refresh();
    }, REFRESH_AFTER_MS);
  }

  async #read(page: number, afresh: boolean): Promise<void> {
    if (this.#asking.has(page)) return;
    this.#asking.add(page);
    const question = this.#question;
    try {
      const answer = await this.#host.query('CallsQuery', this.#ask(page));
      if (question !== this.#question) return;
      // An earlier page counts less far than a later one did.
      if (afresh || !answer.more || answer.total > (this.total ?? 0)) {
        this.total = answer.total;
        this.more = answer.more;
      }
      this.trouble = null;
      const pages = new Map(afresh ? [] : this.#nearPages(page));
      pages.set(page, answer.rows);
      this.#pages = pages;
      this.#hold();
      if (afresh) this.see(...this.#seen);
    } catch (thrown) {
      if (question === this.#question) this.trouble = troubleOf(thrown);
    } finally {
      if (question === this.#question) this.#asking.delete(page);
    }
  }

  #ask(page: number) {
    return {
      search: this.search.trim(),
      recorded: this.recorded,
      starred: false,
      order: 'time' as const,
      ascending: false,
      offset: page * PAGE,
      limit: PAGE,
      ...(this.status && { status: this.status }),
      ...(this.outcome !== null && { outcome: this.outcome }),
      ...(this.customer && { customer: this.customer.customer }),
      ...(this.recording && { recording: this.recording }),
      ...(this.leaving && { leaving_until: this.#now() + LEAVING_MS }),
      ...(this.week && { since: this.#now() - WEEK_MS }),
    };
  }

  /** Pages far from the one in view are let go, so that a long scroll does not fill the memory. */
  #nearPages(page: number): [number, CallRow[]][] {
    return [...this.#pages].filter(([other]) => Math.abs(other - page) <= KEPT_AROUND);
  }

  /** Keeps the choice on its call when rows moved under it. */
  #hold(): void {
    if (this.chosen) {
      const found = placeOf(this.#pages, this.chosen);
      if (found >= 0) this.at = found;
    } else if (this.at >= 0) {
      this.chosen = this.row(this.at)?.call ?? null;
    }
  }
}
