import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import { here } from '../parts/zone';
import type {
  AddFollowUp,
  ChangeFollowUp,
  Event,
  FollowUpKept,
  FollowUpKind,
  FollowUpRow,
  FollowUps as Answer,
  SectionName,
  Snooze,
} from '../wire';

const ROWS = 100;
const MOST_ROWS = 1000;
const REFRESH_AFTER_MS = 100;
/** Where the engine's clock is behind this one, it is not asked all the time. */
const ASK_AGAIN_MS = 30_000;

/** What was done last with a follow-up, and can be undone. */
export interface Undoable {
  row: FollowUpRow;
  what: 'done' | 'dropped';
}

/** The follow-ups by when they are due, and the one that is chosen. */
export class FollowUps {
  kind = $state<FollowUpKind>('follow_up');
  /** Those that were agreed on: also for the count in the menu and the strip. */
  agreed = $state.raw<Answer | null>(null);
  again = $state.raw<Answer | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  chosen = $state<number | null>(null);
  undo = $state.raw<Undoable | null>(null);
  /** Grows whenever follow-ups changed: whoever shows some reads them again. */
  version = $state(0);
  #hidden = $state.raw<ReadonlySet<string>>(new Set());
  #limit = ROWS;
  #asked = 0;
  /** When a section was asked for last because its time had come. */
  #followed = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** What the screen shows; null until the first answer. */
  get shown(): Answer | null {
    return this.kind === 'follow_up' ? this.agreed : this.again;
  }

  /** The rows that stand on the screen, in their order. */
  get rows(): FollowUpRow[] {
    return this.shown?.sections.flatMap((section) => section.rows) ?? [];
  }

  get row(): FollowUpRow | null {
    return this.rows.find((row) => row.follow_up.follow_up === this.chosen) ?? null;
  }

  /** Those that are due and were not put away: the strip shows them. */
  get calling(): FollowUpRow[] {
    const due = this.agreed?.sections.find((section) => section.name === 'overdue')?.rows ?? [];
    return due.filter((row) => !this.#hidden.has(keyOf(row)));
  }

  /** How many do, if more do than are read. */
  get callingTotal(): number {
    const due = this.agreed?.sections.find((section) => section.name === 'overdue');
    return this.calling.length + (due ? due.total - due.rows.length : 0);
  }

  /** The section that a row stands in. */
  sectionOf(row: FollowUpRow): SectionName | null {
    return this.shown?.sections.find((section) => section.rows.includes(row))?.name ?? null;
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const ask = (kind: FollowUpKind) =>
      this.#host.query('FollowUpsQuery', { kind, zone: here(), limit: this.#limit });
    try {
      const again = this.kind === 'again' ? ask('again') : null;
      const agreed = await ask('follow_up');
      const tried = await again;
      if (asked !== this.#asked) return;
      this.agreed = agreed;
      if (tried) this.again = tried;
      this.trouble = null;
    } catch (thrown) {
      if (asked === this.#asked) this.trouble = troubleOf(thrown);
    }
  }

  /** Asks again once a row has come to stand in another section: the clock tells, and never a timer,
   * which stands still while the computer sleeps. */
  follow(now: number): void {
    const at = this.agreed?.changes_at;
    if (at === undefined || now < at || now - this.#followed < ASK_AGAIN_MS) return;
    this.#followed = now;
    void this.load();
  }

  hear(event: Event): void {
    const changed = event.event === 'follow_ups_changed' || event.event === 'follow_ups_due';
    if (changed) this.version += 1;
    // Rows bear the names of their customers.
    if (changed || event.event === 'customers_changed') this.#askSoon();
  }

  /** Turns to the other kind. */
  turnTo(kind: FollowUpKind): void {
    if (kind === this.kind) return;
    this.kind = kind;
    this.chosen = null;
    this.#limit = ROWS;
    void this.load();
  }

  more(): void {
    this.#limit = Math.min(MOST_ROWS, this.#limit + 2 * ROWS);
    void this.load();
  }

  /** Moves the choice by so many rows. */
  move(step: number): void {
    const rows = this.rows;
    if (rows.length === 0) return;
    const at = rows.findIndex((row) => row.follow_up.follow_up === this.chosen);
    const next = at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + step));
    this.chosen = rows[next]?.follow_up.follow_up ?? null;
  }

  /** Puts away what the strip shows, until it is due anew. */
  hide(): void {
    this.#hidden = new Set([...this.#hidden, ...this.calling.map(keyOf)]);
  }

  add(request: AddFollowUp): Promise<FollowUpKept> {
    return this.#host.mutate('AddFollowUp', request);
  }

  change(request: ChangeFollowUp): Promise<FollowUpKept> {
    return this.#host.mutate('ChangeFollowUp', request);
  }

  snooze(row: FollowUpRow, until: Snooze): Promise<FollowUpKept> {
    this.#step(row);
    return this.#host.mutate('SnoozeFollowUp', {
      follow_up: row.follow_up.follow_up,
      until,
      zone: here(),
    });
  }

  async finish(row: FollowUpRow): Promise<void> {
    this.#step(row);
    await this.#host.mutate('FinishFollowUp', { follow_up: row.follow_up.follow_up });
    this.undo = { row, what: 'done' };
    await this.load();
  }

  async drop(row: FollowUpRow): Promise<void> {
    this.#step(row);
    await this.#host.mutate('DropFollowUp', { follow_up: row.follow_up.follow_up });
    this.undo = { row, what: 'dropped' };
    await this.load();
  }

  async reopen(row: FollowUpRow): Promise<FollowUpKept> {
    const kept = await this.#host.mutate('ReopenFollowUp', { follow_up: row.follow_up.follow_up });
    if (this.undo?.row.follow_up.follow_up === row.follow_up.follow_up) this.undo = null;
    await this.load();
    if (kept.kept === 'kept') this.chosen = row.follow_up.follow_up;
    return kept;
  }

  reset(): void {
    clearTimeout(this.#timer);
    this.#asked += 1;
    this.agreed = this.again = null;
    this.chosen = null;
    this.undo = null;
    this.kind = 'follow_up';
    this.#hidden = new Set();
  }

  /** The one that goes away hands the choice on to the next. */
  #step(row: FollowUpRow): void {
    if (this.chosen !== row.follow_up.follow_up) return;
    const rows = this.rows;
    const at = rows.findIndex((other) => other.follow_up.follow_up === this.chosen);
    this.chosen = (rows[at + 1] ?? rows[at - 1])?.follow_up.follow_up ?? null;
  }

  #askSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), REFRESH_AFTER_MS);
  }
}

/** The same follow-up at another time calls anew. */
function keyOf(row: FollowUpRow): string {
  return `${row.follow_up.follow_up}@${row.follow_up.due_at}`;
}
