import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CallId, CallRow, Event, LeadRow, NumberCard, Placed } from '../wire';

const LOOK_UP_AFTER_MS = 80;
/** A key that was on its way to another program when a number came by itself must not dial it. */
const SETTLES_AFTER_MS = 500;

/** One click on the dial button, and what is known of it. */
export interface Attempt {
  /** The number as it was dialled. */
  number: string;
  /** When the button was pressed. */
  at: number;
  /** The engine's answer; null while it is awaited, or when none came. */
  placed: Placed | null;
  /** What went wrong instead of an answer. */
  trouble: Trouble | null;
  /** The call's row, as events bring it up to date. */
  row: CallRow | null;
  /** How much of the recording is here. */
  progress: { received: number; total: number | null } | null;
}

/** The number line, what is known of its number, and the attempt shown beside it. */
export class Dialing {
  text = $state('');
  /** Whether another screen put the number in: it is masked then, as it was there. */
  given = $state(false);
  card = $state.raw<NumberCard | null>(null);
  /** Which own number rings; the account's first if null. */
  from = $state<string | null>(null);
  placing = $state(false);
  /** Told of each call that left, or may have; not of the leads of a list. */
  onplaced: (call: CallId, number: string) => void = () => undefined;
  #settling = $state(false);
  /** Whether the text was not looked up yet as it stands. */
  #looking = $state(false);
  /** The text that `card` answers. */
  #shown: string | null = null;
  attempt = $state.raw<Attempt | null>(null);
  readonly #host: Host;
  readonly #now: () => number;
  readonly #ticket: () => string;
  readonly #isOpen: () => boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #settled: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  /** `isOpen` tells whether the desk has said where it stands: before that nothing is dialled. */
  constructor(
    host: Host,
    now: () => number,
    isOpen: () => boolean = () => true,
    ticket: () => string = () => crypto.randomUUID(),
  ) {
    this.#host = host;
    this.#now = now;
    this.#isOpen = isOpen;
    this.#ticket = ticket;
  }

  /** Whether there is a number, and no request is on its way. */
  get ready(): boolean {
    return !this.placing && this.card?.number != null;
  }

  /** Whether pressing the button can't dial anything: no text, surely no number in it, or one that nobody calls. */
  get barred(): boolean {
    const known = this.#looking ? null : this.card;
    const refused = known?.flaw != null || known?.guard?.block?.rule === 'do_not_call';
    return !this.#isOpen() || this.placing || this.#settling || !this.text.trim() || refused;
  }

  /** Takes a number that another screen shows. */
  give(number: string): void {
    this.type(number);
    this.given = true;
    void this.lookUp();
  }

  /** Nothing is dialled for a moment. */
  settle(): void {
    clearTimeout(this.#settled);
    this.#settling = true;
    this.#settled = setTimeout(() => (this.#settling = false), SETTLES_AFTER_MS);
  }

  /** Takes new text into the number line and looks it up a moment later. */
  type(text: string): void {
    this.text = text;
    this.given = false;
    clearTimeout(this.#timer);
    // An answer that is on its way belongs to the text that was there before.
    this.#asked += 1;
    this.#shown = null;
    if (!text.trim()) {
      this.card = null;
      this.#looking = false;
      return;
    }
    this.#looking = true;
    this.#timer = setTimeout(() => void this.lookUp(), LOOK_UP_AFTER_MS);
  }

  /** Asks what the text would dial, and shows it unless another look-up began meanwhile. */
  async lookUp(): Promise<NumberCard | null> {
    clearTimeout(this.#timer);
    const asked = ++this.#asked;
    const text = this.text;
    if (!text.trim()) return null;
    try {
      const card = await this.#host.query('LookUpNumber', { text });
      if (asked !== this.#asked) return card;
      this.card = card;
      this.#looking = false;
      if (card.number) this.text = card.number.grouped;
      this.#shown = this.text;
      return card;
    } catch {
      // The offline bar tells of a lost host; the number stays and is looked up again with the
      // next key or when the host is back.
      if (asked === this.#asked) [this.card, this.#shown] = [null, null];
      return null;
    }
  }

  /** Dials what the number line holds. A second press before the answer does nothing. */
  async place(): Promise<void> {
    await this.#once(async () => {
      // Enter may come before the look-up's pause is over, and an event may start another look-up
      // meanwhile: what is dialled is the answer to the very text that was there when it was pressed.
      const card = this.#shown === this.text ? this.card : await this.lookUp();
      if (card?.number) await this.#call(card.number.digits);
    });
  }

  /** Dials one number, at most once for one call of this method. */
  async call(number: string): Promise<void> {
    await this.#once(() => this.#call(number));
  }

  /** Dials a lead of a list. What the number line holds stays as it is. */
  async callLead(lead: Pick<LeadRow, 'lead' | 'number'>): Promise<void> {
    await this.#once(async () => {
      await this.#attempt(lead.number, (more) => this.#host.mutate('DialLead', { lead: lead.lead, ...more }));
    });
  }

  async #once(work: () => Promise<void>): Promise<void> {
    if (this.placing || this.#settling || !this.#isOpen()) return;
    this.placing = true;
    try {
      await work();
    } finally {
      this.placing = false;
    }
  }

  async #call(number: string): Promise<void> {
    const text = this.text;
    const placed = await this.#attempt(number, async (more) => {
      const placed = await this.#host.mutate('PlaceCall', { number, ...more });
      if (placed.state === 'accepted' || placed.state === 'unknown') this.onplaced(placed.call, number);
      return placed;
    });
    // Whoever types the next number meanwhile keeps it, and so does who dials again from another screen.
    const dialled = this.text === text && text.replace(/\D/g, '') === number;
    if (placed?.state === 'accepted' && dialled) this.type('');
    else if (placed) void this.lookUp();
  }

  /** Sends a dial of its own, and shows what becomes of it; null if no answer came. */
  async #attempt(
    number: string,
    send: (more: { ticket: string; tel_a?: string }) => Promise<Placed>,
  ): Promise<Placed | null> {
    this.attempt = { number, at: this.#now(), placed: null, trouble: null, row: null, progress: null };
    try {
      const from = this.from ? { tel_a: this.from } : {};
      const placed = await send({ ticket: this.#ticket(), ...from });
      this.#amend({ placed });
      if (placed.state !== 'blocked') void this.#readRow(placed.call);
      return placed;
    } catch (thrown) {
      this.#amend({ trouble: troubleOf(thrown) });
      return null;
    }
  }

  /** Shows a call that was under way before this window opened. */
  resume(row: CallRow): void {
    if (this.attempt || this.placing) return;
    const known = { number: row.tel_b ?? '', at: row.at, placed: null, trouble: null, progress: null };
    this.attempt = { ...known, row };
  }

  /** Takes an answer away. The call's row may tell it before the request's own answer is here. */
  dismiss(): void {
    const told = this.attempt?.row != null && this.attempt.row.state !== 'sending';
    if (told || !this.placing) this.attempt = null;
  }

  /** Forgets everything: practice and the real thing share nothing. */
  reset(): void {
    this.attempt = null;
    this.from = null;
    this.type('');
  }

  hear(event: Event): void {
    if (event.event === 'call_changed' && this.#shows(event.row)) this.#amend({ row: event.row });
    if (event.event === 'recording_progress' && event.call === this.attempt?.row?.call) {
      this.#amend({ progress: { received: event.received, total: event.total } });
    }
    // A record or a new rule may have changed what the guard says.
    if (event.event === 'call_changed' || event.event === 'desk_changed') void this.lookUp();
  }

  #shows(row: CallRow): boolean {
    const attempt = this.attempt;
    if (!attempt) return false;
    if (attempt.row) return attempt.row.call === row.call;
    if (attempt.placed && attempt.placed.state !== 'blocked') return attempt.placed.call === row.call;
    // While the answer is awaited, the row just written for this number is the attempt's own.
    return attempt.trouble === null && row.state === 'sending' && row.tel_b === attempt.number;
  }

  /** Reads the row again whose customer may have another name. */
  async readRow(call: string): Promise<void> {
    const detail = await this.#host.query('CallQuery', { call }).catch(() => null);
    if (detail && this.attempt?.row?.call === call) this.#amend({ row: detail.row });
  }

  /** Events bring the row as well; one that came meanwhile knows more than this answer. */
  async #readRow(call: string): Promise<void> {
    const detail = await this.#host.query('CallQuery', { call }).catch(() => null);
    const placed = this.attempt?.placed;
    if (!detail || !placed || placed.state === 'blocked' || placed.call !== call) return;
    if (this.attempt?.row?.state !== 'recorded') this.#amend({ row: detail.row });
  }

  #amend(more: Partial<Attempt>): void {
    if (this.attempt) this.attempt = { ...this.attempt, ...more };
  }
}
