import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { LeadCard, LeadId, LeadTurn, ListId, Work as Answer } from '../wire';
import type { Clock } from './clock.svelte';
import type { Dialing } from './dialing.svelte';

const SECOND = 1000;
/** A second that took so long was slept through. */
const SLEPT_MS = 3_000;
/** The engine's clock may be a little behind: it is not asked at every tick. */
const AGAIN_MS = 5_000;

/**
 * A list at work. The lead that is shown stays until its outcome is said or it is put aside: nothing
 * that comes in meanwhile puts another one under the user's finger.
 */
export class Work {
  readonly list: ListId;
  answer = $state.raw<Answer | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** Seconds until the dial leaves; null while none is about to. */
  left = $state<number | null>(null);
  /** Whom the countdown is for. */
  #counted: LeadId | null = null;
  /** The lead that is shown whoever's turn it is. */
  #shown: LeadId | null = null;
  #asked = 0;
  #ticked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #host: Host;
  readonly #dialing: Dialing;
  readonly #clock: Clock;
  readonly #wall: () => number;
  /** To be called once the list turns out to be there no more. */
  readonly #gone: () => void;

  constructor(
    host: Host,
    dialing: Dialing,
    clock: Clock,
    list: ListId,
    gone: () => void,
    wall: () => number = Date.now,
  ) {
    this.#gone = gone;
    this.#wall = wall;
    this.#host = host;
    this.#dialing = dialing;
    this.#clock = clock;
    this.list = list;
  }

  get card(): LeadCard | null {
    return this.answer?.lead ?? null;
  }

  /** Whether the key that dials would dial. */
  get ready(): boolean {
    const card = this.card;
    if (!card || this.#dialing.placing || this.answer?.list.state !== 'open' || this.#rests) return false;
    return ['open', 'waiting', 'skipped'].includes(card.lead.state) && card.guard.block === null;
  }

  /** Whether what is shown is over, so that the next one may be shown. */
  get over(): boolean {
    const card = this.card;
    return !card || this.#rests || ['done', 'barred', 'skipped'].includes(card.lead.state);
  }

  /** Whether what is shown is to be tried again, and not yet. */
  get #rests(): boolean {
    const lead = this.card?.lead;
    return lead?.state === 'waiting' && (lead.next_at ?? 0) > this.#clock.now;
  }

  async load(): Promise<void> {
    const asked = ++this.#asked;
    const lead = this.#shown === null ? {} : { lead: this.#shown };
    try {
      const answer = await this.#host.query('WorkQuery', { list: this.list, ...lead });
      if (asked !== this.#asked) return;
      this.answer = answer;
      this.trouble = null;
      this.#shown = answer.lead?.lead.lead ?? null;
      // Whoever was about to be dialled may have gone: nobody else is dialled instead.
      if (!this.ready || this.#shown !== this.#counted) this.cancel();
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.trouble = troubleOf(thrown);
      this.cancel();
      if (this.trouble.code === 'not_found') this.#gone();
    }
  }

  /** Asks again once time has changed whose turn it is, or whether it may be taken. */
  tick(): void {
    const at = this.card ? (this.card.guard.block?.frees_at ?? null) : (this.answer?.next_at ?? null);
    const now = this.#clock.now;
    if (at === null || now < at || now < this.#ticked + AGAIN_MS) return;
    this.#ticked = now;
    void this.load();
  }

  /** The key that dials: it begins the countdown, or shows the next one where this one is over. */
  press(): void {
    if (this.left !== null) return;
    if (this.over && this.card?.lead.state !== 'skipped') void this.next();
    else if (this.ready && this.card) {
      this.#counted = this.card.lead.lead;
      this.#count(this.answer?.list.countdown ?? 0);
    }
  }

  /** Takes the dial back before it leaves; tells whether one was about to. */
  cancel(): boolean {
    clearTimeout(this.#timer);
    const counting = this.left !== null;
    this.left = null;
    return counting;
  }

  /** Ends the countdown for good: whoever does not see it must not be surprised by it. */
  stop(): void {
    this.cancel();
    this.#asked += 1;
  }

  /** Shows whoever has the next turn. */
  next(): Promise<void> {
    this.cancel();
    this.#shown = null;
    return this.load();
  }

  /** Shows this lead. */
  show(lead: LeadId): Promise<void> {
    this.cancel();
    this.#shown = lead;
    return this.load();
  }

  /** Shows the lead that had its turn before. */
  async back(): Promise<void> {
    const back = this.answer?.back ?? null;
    if (back !== null) await this.show(back);
  }

  /** Puts the lead that is shown aside, and shows the next one. */
  putAside(to: 'skip' | 'later_today'): Promise<void> {
    const card = this.card;
    if (!card || card.lead.state === 'called') return Promise.resolve();
    return this.#turn(card.lead.lead, { to }, () => this.next());
  }

  /** Gives the lead that is shown its turn again. */
  reopen(): Promise<void> {
    const card = this.card;
    if (!card) return Promise.resolve();
    return this.#turn(card.lead.lead, { to: 'open' }, () => this.load());
  }

  /** Lets the list rest, or go on. */
  async rest(state: 'paused' | 'open'): Promise<void> {
    this.cancel();
    await this.#try(async () => {
      await this.#host.mutate('ChangeList', { list: this.list, state });
      await this.load();
    });
  }

  #count(seconds: number): void {
    this.left = seconds > 0 ? seconds : null;
    if (seconds === 0) return void this.#dial();
    const began = this.#wall();
    this.#timer = setTimeout(() => {
      // A lid that is opened again must not dial what somebody meant to dial yesterday.
      if (this.#wall() - began > SLEPT_MS) this.cancel();
      else this.#count(seconds - 1);
    }, SECOND);
  }

  async #dial(): Promise<void> {
    const card = this.card;
    if (!card || !this.ready || card.lead.lead !== this.#counted) return;
    await this.#dialing.callLead(card.lead);
    await this.load();
  }

  #turn(lead: LeadId, turn: LeadTurn, then: () => Promise<void>): Promise<void> {
    this.cancel();
    return this.#try(async () => {
      await this.#host.mutate('TurnLead', { lead, turn });
      await then();
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
    }
  }
}
