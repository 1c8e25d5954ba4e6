import type {
  CallRow,
  CallsQuery,
  CallStatus,
  CustomerName,
  Days,
  ListId,
  OutcomeId,
  RecordingState,
  View,
} from '../wire';
import { dayOfField, fieldOfDay, dayStart, rangeOf } from './days';

/** What narrows the log beside the search. */
export type Narrowing =
  | 'days'
  | 'status'
  | 'outcome'
  | 'list'
  | 'recording'
  | 'leaving'
  | 'starred'
  | 'own'
  | 'number'
  | 'customer'
  | 'duration';

/** So soon a recording leaves that one is warned of. */
const LEAVING_MS = 2 * 24 * 3600 * 1000;

/** What a question asks beside its order and its page. */
type Asked = Omit<Partial<CallsQuery>, 'order' | 'ascending' | 'offset' | 'limit'>;

/** Which calls are asked for, as one sets it by hand. */
export class Filters {
  search = $state('');
  status = $state<CallStatus | ''>('');
  /** What came of the call. */
  outcome = $state<OutcomeId | null>(null);
  /** Everything that was dialled from one list. */
  list = $state<ListId | null>(null);
  /** A range that moves with the calendar; the two fields count only without one. */
  days = $state<Days | ''>('');
  from = $state('');
  to = $state('');
  recording = $state<RecordingState | ''>('');
  /** Only recordings that are not here and leave the platform soon. */
  leaving = $state(false);
  /** Only recordings with a star. */
  starred = $state(false);
  own = $state('');
  /** Everything with one number. */
  number = $state('');
  /** Everything with any number of one customer. */
  customer = $state.raw<CustomerName | null>(null);
  least = $state<number | null>(null);
  most = $state<number | null>(null);

  /** Everything that narrows the log, in the order in which it is shown. */
  get narrowing(): Narrowing[] {
    const set: Record<Narrowing, boolean> = {
      number: this.number !== '',
      customer: this.customer !== null,
      days: this.days !== '' || this.from !== '' || this.to !== '',
      status: this.status !== '',
      outcome: this.outcome !== null,
      list: this.list !== null,
      recording: this.recording !== '',
      leaving: this.leaving,
      starred: this.starred,
      duration: this.least !== null || this.most !== null,
      own: this.own !== '',
    };
    return (Object.keys(set) as Narrowing[]).filter((name) => set[name]);
  }

  get any(): boolean {
    return this.search !== '' || this.narrowing.length > 0;
  }

  lift(name: Narrowing): void {
    if (name === 'days') this.days = this.from = this.to = '';
    else if (name === 'duration') this.least = this.most = null;
    else if (name === 'outcome' || name === 'list') this[name] = null;
    else if (name === 'customer') this.customer = null;
    else if (name === 'leaving' || name === 'starred') this[name] = false;
    else this[name] = '';
  }

  clear(): void {
    this.search = '';
    this.narrowing.forEach((name) => this.lift(name));
  }

  /** Writes days of the calendar as their first and last, for somebody who wants to set those. */
  spellDays(now: number): void {
    if (!this.days) return;
    const [since, until] = rangeOf(this.days, now);
    this.days = '';
    [this.from, this.to] = [fieldOfDay(since), fieldOfDay(until - 1)];
  }

  query(now: number): Asked {
    const [since, until] = this.days ? rangeOf(this.days, now) : this.#fields();
    return {
      search: this.search.trim(),
      ...(this.status && { status: this.status }),
      ...(this.outcome !== null && { outcome: this.outcome }),
      ...(this.list !== null && { list: this.list }),
      ...(this.recording && { recording: this.recording }),
      ...(this.leaving && { leaving_until: now + LEAVING_MS }),
      ...(this.starred && { starred: true }),
      ...(this.own && { tel_a: this.own }),
      ...(this.number && { tel_b: this.number }),
      ...(this.customer && { customer: this.customer.customer }),
      ...(this.least !== null && { min_duration: this.least }),
      ...(this.most !== null && { max_duration: this.most }),
      ...(since !== null && { since }),
      ...(until !== null && { until }),
    };
  }

  /** Whether a row is one of those asked for; undefined where only the engine can tell. */
  fits(row: CallRow, now: number): boolean | undefined {
    const { search = '', ...asked } = this.query(now);
    if (search || asked.list != null) return undefined;
    const { duration } = row;
    return (
      (!asked.status || row.status === asked.status) &&
      (asked.outcome == null || row.outcome?.outcome === asked.outcome) &&
      (!asked.recording || row.recording === asked.recording) &&
      (asked.leaving_until == null || (row.recording_leaves_at ?? Infinity) <= asked.leaving_until) &&
      (!asked.starred || row.starred) &&
      (!asked.tel_a || row.tel_a === asked.tel_a) &&
      (!asked.tel_b || row.tel_b === asked.tel_b) &&
      (asked.customer == null || row.customer?.customer === asked.customer) &&
      (asked.min_duration == null || (duration !== null && duration >= asked.min_duration)) &&
      (asked.max_duration == null || (duration !== null && duration <= asked.max_duration)) &&
      (asked.since == null || row.at >= asked.since) &&
      (asked.until == null || row.at < asked.until)
    );
  }

  /** Asks what a saved filter asks. */
  take({ query, days }: View): void {
    this.clear();
    this.search = query.search ?? '';
    this.status = query.status ?? '';
    this.outcome = query.outcome ?? null;
    this.list = query.list ?? null;
    this.recording = query.recording ?? '';
    // Like the days of the calendar, it moves with the hour.
    this.leaving = query.leaving_until != null;
    this.starred = query.starred ?? false;
    this.own = query.tel_a ?? '';
    this.number = query.tel_b ?? '';
    this.customer = query.customer == null ? null : { customer: query.customer, name: '', company: '' };
    this.least = query.min_duration ?? null;
    this.most = query.max_duration ?? null;
    this.days = days ?? '';
    if (days) return;
    this.from = query.since == null ? '' : fieldOfDay(query.since);
    this.to = query.until == null ? '' : fieldOfDay(query.until - 1);
  }

  #fields(): [number | null, number | null] {
    const last = dayOfField(this.to);
    return [dayOfField(this.from), last === null ? null : dayStart(last, 1)];
  }
}
