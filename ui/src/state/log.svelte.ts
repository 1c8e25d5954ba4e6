import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type {
  CallId,
  CallRow,
  CallsOrder,
  CallsQuery,
  CustomerName,
  Event,
  RecordingState,
  View,
} from '../wire';
import type { What } from './export.svelte';
import { Filters } from './filters.svelte';
import { inserted, PAGE, placeOf, replaced, type Pages } from './pages';
import { Picked } from './picked.svelte';

const KEPT_AROUND = 20;
const SEARCH_AFTER_MS = 120;
const REFRESH_AFTER_MS = 150;
/** Pages on their way at a time: what is scrolled past before its turn comes is never asked for. */
const ABREAST = 2;
/** Calls that are picked one by one in one go; more are picked as a question. */
export const MOST_EXTENDED = 10_000;

/** By how recordings stand, or by that they leave the platform soon. */
export interface RecordingFilter {
  recording?: RecordingState | '';
  leaving?: boolean;
}

/** The log as a window onto it: pages are read as they come into view, and kept. */
export class Log {
  readonly filters = new Filters();
  readonly picked = new Picked();
  order = $state<CallsOrder>('time');
  ascending = $state(false);
  /** Null until the first answer. */
  total = $state<number | null>(null);
  /** Whether more calls fit than `total` says. */
  more = $state(false);
  /** Whether the rows on screen answer another question than the one that is asked. */
  awaited = $state(false);
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
  /** Where a run of picked rows began. */
  #anchor = -1;
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
    return this.filters.any;
  }

  /** How many rows the list has: if more may follow, a page of them, which is read when it is seen. */
  get length(): number {
    return (this.total ?? 0) + (this.more ? PAGE : 0);
  }

  /** The calls that the list shows, for an export of just these. */
  get what(): What {
    return { query: this.query(), count: this.total ?? 0, more: this.more };
  }

  row(index: number): CallRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Rows of the same question, wherever they stand; those on screen stay as they are. */
  async peek(offset: number, limit: number): Promise<CallRow[]> {
    const { rows } = await this.#host.query('CallsQuery', { ...this.query(), offset, limit });
    return rows;
  }

  /** What is asked, of all pages alike. */
  query(): CallsQuery {
    return { ...this.filters.query(this.#now()), order: this.order, ascending: this.ascending } as CallsQuery;
  }

  /** Starts the question over; what is on screen stays until the answer is here. */
  ask(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
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
    this.leave();
    this.picked.clear();
    this.awaited = true;
    this.askSoon(after);
  }

  /** Puts the log in another order, or turns the one around that it has. */
  sort(order: CallsOrder): void {
    const same = order === this.order;
    this.ascending = same ? !this.ascending : order !== 'time' && order !== 'duration';
    this.order = order;
    this.narrow();
  }

  /** Everything with a number, or with any number of a customer, whatever was asked before. */
  history(whose: string | CustomerName): void {
    this.filters.clear();
    if (typeof whose === 'string') this.filters.number = whose;
    else this.filters.customer = whose;
    [this.order, this.ascending] = ['time', false];
    this.narrow();
  }

  /** Asks what a saved filter asks, in its order. */
  recall(view: View): void {
    this.filters.take(view);
    this.order = view.query.order ?? 'time';
    this.ascending = view.query.ascending ?? false;
    this.narrow();
  }

  /** Forgets everything: practice and the real thing share nothing. */
  reset(): void {
    this.#pages = new Map();
    this.total = null;
    this.more = false;
    [this.order, this.ascending] = ['time', false];
    this.clear();
  }

  clear(): void {
    this.filters.clear();
    this.narrow();
  }

  /** Narrows to recordings that stand so, and to nothing else. */
  showRecordings({ recording = '', leaving = false }: RecordingFilter): void {
    this.filters.clear();
    this.filters.recording = recording;
    this.filters.leaving = leaving;
    this.narrow();
  }

  /** Tells which rows are on screen, so that their pages are read. */
  see(from: number, to: number): void {
    this.#seen = [from, to];
    const last = Math.floor(Math.max(from, to - 1) / PAGE);
    for (let page = Math.floor(from / PAGE); page <= last; page++) {
      // What has no room now is asked for when an answer is here, if it is still seen then.
      if (this.#asking.size >= ABREAST) return;
      if (!this.#pages.has(page)) void this.#read(page, false);
    }
  }

  choose(index: number): void {
    if (!this.total) return;
    this.at = Math.max(0, Math.min(this.length - 1, index));
    this.chosen = this.row(this.at)?.call ?? null;
    this.#anchor = this.at;
  }

  /** Picks a row, or lets go of it; what was chosen alone until now is the first of them. */
  flip(index: number): void {
    const row = this.row(index);
    if (!row) return;
    if (!this.picked.any && this.chosen && this.at !== index) this.picked.add([this.chosen]);
    this.picked.flip(row.call);
    this.at = index;
    this.#anchor = index;
  }

  /** Picks all rows from where the last pick was up to this one. */
  async extend(index: number): Promise<void> {
    const to = Math.max(0, Math.min(this.length - 1, index));
    const start = this.#anchor < 0 ? Math.max(this.at, 0) : this.#anchor;
    this.#anchor = start;
    this.at = to;
    const [first, last] = [Math.min(start, to), Math.max(start, to)];
    const question = this.#question;
    const calls: CallId[] = [];
    for (let place = first; place <= Math.min(last, first + MOST_EXTENDED - 1); place++) {
      const row = this.row(place);
      if (row) {
        calls.push(row.call);
        continue;
      }
      const rows = await this.#rowsFrom(place, Math.min(1000, last - place + 1)).catch(() => []);
      if (question !== this.#question || rows.length === 0) break;
      calls.push(...rows.map((row) => row.call));
      place += rows.length - 1;
    }
    if (question === this.#question) this.picked.add(calls.slice(0, MOST_EXTENDED));
  }

  /** Picks everything that fits the question. */
  pickAll(): void {
    if (this.total) this.picked.all(this.query());
  }

  /** Chooses nothing. */
  leave(): void {
    this.at = -1;
    this.#anchor = -1;
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
    const fits = this.filters.fits(row, this.#now());
    if (index >= 0) {
      const known = this.row(index);
      this.#pages = replaced(this.#pages, index, row);
      return fits === true && this.order === 'time' && known?.at === row.at;
    }
    if (!fits) return fits === false;
    const newestFirst = this.order === 'time' && !this.ascending;
    const pages = newestFirst ? inserted(this.#pages, row) : null;
    if (pages === null) return false;
    this.#pages = pages;
    this.total = (this.total ?? 0) + (this.more ? 0 : 1);
    this.#hold();
    return true;
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
      const asked = { ...this.query(), offset: page * PAGE, limit: PAGE };
      const answer = await this.#host.query('CallsQuery', asked);
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
    } catch (thrown) {
      if (question === this.#question) this.trouble = troubleOf(thrown);
    } finally {
      if (question === this.#question) {
        this.#asking.delete(page);
        if (afresh && this.#timer === undefined) this.awaited = false;
        if (!this.trouble) this.see(...this.#seen);
      }
    }
  }

  async #rowsFrom(offset: number, limit: number): Promise<CallRow[]> {
    return (await this.#host.query('CallsQuery', { ...this.query(), offset, limit })).rows;
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
    } else if (this.at >= 0 && !this.picked.any) {
      this.chosen = this.row(this.at)?.call ?? null;
    }
  }
}
