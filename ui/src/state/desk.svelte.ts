import type { Host, Link } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { Account, ChangeSettings, DeskState, Event, Mode, Screen } from '../wire';
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

  constructor(host: Host, clock: Clock) {
    this.#host = host;
    this.#clock = clock;
  }

  async load(): Promise<void> {
    try {
      this.#take(await this.#host.query('DeskQuery', {}));
      this.trouble = null;
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
      if (this.trouble.code === 'host_locked') this.link = 'locked';
    }
  }

  hear(event: Event): void {
    if (event.event === 'screen_asked') this.screen = event.screen;
    if (!this.state) return;
    if (event.event === 'sync_changed') this.state = { ...this.state, sync: event.sync };
    if (event.event === 'call_changed') this.state = { ...this.state, today: event.today };
  }

  /** Changes settings; rejects with a trouble, so that the asking screen can tell. */
  async change(patch: ChangeSettings): Promise<void> {
    const settings = await this.#host.mutate('ChangeSettings', patch);
    if (this.state) this.state = { ...this.state, settings };
  }

  async go(mode: Mode): Promise<void> {
    this.#take(await this.#host.mutate('SetMode', { mode }));
  }

  takeAccount(account: Account): void {
    if (this.state) this.state = { ...this.state, account };
  }

  #take(state: DeskState): void {
    this.#clock.trust(state.now);
    this.state = state;
  }
}
