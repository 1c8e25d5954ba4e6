import type {
  CallId,
  CallRow,
  CallsQuery,
  DeskState,
  Event,
  FollowUp,
  RecordingDetail,
  Selection,
  Today,
} from '../../wire';
import { Trouble } from '../trouble';
import { firstDesk } from './desk';
import { fits, inOrder } from './asked';
import { madeUpRows } from './rows';
import { madeUpWishes } from './wishes';

/** A desk in memory: what the fake host's answers read and change. */
export class Scene {
  readonly words: Set<string>;
  rows: CallRow[];
  desk: DeskState;
  /** Wishes to call again, whether they stand or not. */
  wishes: FollowUp[];
  readonly #hearers = new Set<(event: Event) => void>();
  #answered: { rows: CallRow[]; question: string; found: CallRow[] } = { rows: [], question: '', found: [] };

  constructor(scene: string) {
    this.words = new Set(scene.split(','));
    const count = this.words.has('huge') ? 1_000_000 : this.words.has('many') ? 12_000 : 1284;
    this.rows = this.words.has('empty') ? [] : madeUpRows(count, this.now());
    this.desk = firstDesk(this.words, this.now());
    this.wishes = this.words.has('empty') ? [] : madeUpWishes(this.rows, this.now(), this.words);
  }

  now(): number {
    return Date.now();
  }

  onEvent(hear: (event: Event) => void): () => void {
    this.#hearers.add(hear);
    return () => this.#hearers.delete(hear);
  }

  tell(event: Event): void {
    this.#hearers.forEach((hear) => hear(event));
  }

  find(call: string): CallRow {
    const row = this.rows.find((known) => known.call === call);
    if (!row) throw new Trouble('not_found');
    return row;
  }

  /** The wish that a call left and that stands. */
  wishOf(call: string): FollowUp | null {
    return this.wishes.find((wish) => wish.call === call && wish.state === 'open') ?? null;
  }

  put(row: CallRow): void {
    const others = this.rows.filter((known) => known.call !== row.call);
    this.rows = [row, ...others].sort((a, b) => b.at - a.at);
    this.tell({ event: 'call_changed', row, today: this.today() });
  }

  /** The rows that a question finds; the last answer is kept, since a scroll asks it again and again. */
  asked(ask: Partial<CallsQuery>): CallRow[] {
    const question = JSON.stringify({ ...ask, offset: 0, limit: 0 });
    if (this.#answered.rows !== this.rows || this.#answered.question !== question) {
      const found = inOrder(
        this.rows.filter((row) => fits(row, ask)),
        ask,
      );
      this.#answered = { rows: this.rows, question, found };
    }
    return this.#answered.found;
  }

  /** The calls of a selection. */
  chosen(selection: Selection): Set<CallId> {
    if (selection.these === 'calls') return new Set(selection.calls);
    const except = new Set(selection.except);
    const calls = this.asked(selection.query).map((row) => row.call);
    return new Set(calls.filter((call) => !except.has(call)));
  }

  today(): Today {
    const since = this.desk.today.since;
    const mine = this.rows.filter((row) => row.at >= since);
    const connected = mine.filter((row) => row.status === 'connected');
    const talk_seconds = connected.reduce((sum, row) => sum + (row.duration ?? 0), 0);
    return { since, dialled: mine.length, connected: connected.length, talk_seconds };
  }

  snapshot(): DeskState {
    return { ...this.desk, now: this.now(), today: this.today(), calls: this.rows.length };
  }

  recording(row: CallRow): RecordingDetail {
    const saved = row.recording === 'saved';
    return {
      state: row.recording,
      bytes: saved ? (row.duration ?? 0) * 16_000 : null,
      length_ms: saved ? (row.duration ?? 0) * 1000 : null,
      format: saved ? 'wav' : null,
      sha256: null,
      reason: row.recording === 'failed' ? 'connection reset by peer' : null,
      next_try_at: row.recording === 'waiting' ? this.now() + 240_000 : null,
      kept_until: row.recording_leaves_at ?? row.at + 30 * 24 * 3_600_000,
      heard_at: null,
      starred: row.starred,
    };
  }
}
