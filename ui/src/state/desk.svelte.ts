import { faceOf, type Face } from '../host/face';
import type { Host, Link } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { Account, ChangeSettings, DeskState, Event, Mode, Screen, Unmasking } from '../wire';
import type { Clock } from './clock.svelte';

/** The desk as a whole: mode, account, settings, sync, line, today's figures. */
export class Desk {
  /** Null until the first answer; afterwards the last answer, also while the host is away. */
  state = $state.raw<DeskState | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  link = $state<Link>('up');
  screen = $state<Screen>('dial');
  noticeSeen = $state(false);
  readonly #host: Host;
  readonly #clock: Clock;
  /** Counts questions for the whole state: an answer that a later one overtook is out of date. */
  #asked = 0;
  /** What events told since the latest question: its answer may have been written before them. */
  #told: Partial<Pick<DeskState, 'sync' | 'today'>> = {};

  constructor(host: Host, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  /** What it shows itself by: as it is, or as it was when it was last open. */
  get face(): Face | null {
    return this.state ? faceOf(this.state) : this.#host.face;
  }

  async load(): Promise<void> {
    const asked = this.#ask();
    try {
      this.#take(asked, await this.#host.query('DeskQuery', {}));
      if (asked === this.#asked) this.trouble = null;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      this.trouble = troubleOf(thrown);
      if (this.trouble.code === 'host_locked') this.link = 'locked';
    }
  }

  hear(event: Event): void {
    if (event.event === 'screen_asked') this.screen = event.screen;
    if (event.event === 'sync_changed') this.#tell({ sync: event.sync });
    if (event.event === 'call_changed') this.#tell({ today: event.today });
  }

  /** Changes settings; rejects with a trouble, so that the asking screen can tell. */
  async change(patch: ChangeSettings): Promise<void> {
    const settings = await this.#host.mutate('ChangeSettings', patch);
    if (this.state) this.state = { ...this.state, settings };
  }

  /** Masks numbers on every screen again. */
  async mask(): Promise<void> {
    const settings = await this.#host.mutate('MaskNumbers', {});
    if (this.state) this.state = { ...this.state, settings };
  }

  /** Shows numbers whole from now on, if the system lets the user. */
  async showNumbers(): Promise<Unmasking['outcome']> {
    const unmasking = await this.#host.trigger('ShowNumbers', {});
    if (unmasking.outcome === 'unmasked' && this.state) {
      this.state = { ...this.state, settings: unmasking.settings };
    }
    return unmasking.outcome;
  }

  /** Lets calls be placed without what the lost database held. */
  async acknowledgeLoss(): Promise<void> {
    await this.#host.mutate('AcknowledgeLoss', {});
    // Where the lost one lies was told with it.
    this.noticeSeen = true;
    await this.load();
  }

  async go(mode: Mode): Promise<void> {
    const asked = this.#ask();
    this.#take(asked, await this.#host.mutate('SetMode', { mode }));
  }

  takeAccount(account: Account): void {
    if (this.state) this.state = { ...this.state, account };
  }

  #ask(): number {
    this.#told = {};
    return ++this.#asked;
  }

  #tell(news: Partial<Pick<DeskState, 'sync' | 'today'>>): void {
    this.#told = { ...this.#told, ...news };
    if (this.state) this.state = { ...this.state, ...news };
  }

  #take(asked: number, state: DeskState): void {
    if (asked !== this.#asked) return;
    this.#clock.trust(state.now);
    this.state = { ...state, ...this.#told };
  }
}
