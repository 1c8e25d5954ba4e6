import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CallList, ChangeList, Event, ListId } from '../wire';
import type { Clock } from './clock.svelte';
import type { Dialing } from './dialing.svelte';
import { Work } from './work.svelte';

/** Events come in bursts; one question answers them all. */
const ASK_AFTER_MS = 150;

/** The calling lists, and the one that is being worked. */
export class Lists {
  /** Null until the first answer. */
  all = $state.raw<CallList[] | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  work = $state.raw<Work | null>(null);
  /** What the list was called that somebody removed elsewhere while it was worked here. */
  gone = $state.raw<string | null>(null);
  readonly #host: Host;
  readonly #dialing: Dialing;
  readonly #clock: Clock;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, dialing: Dialing, clock: Clock) {
    this.#host = host;
    this.#dialing = dialing;
    this.#clock = clock;
  }

  /** Lists that can be worked now, or go on later. */
  get current(): CallList[] {
    return this.all?.filter((list) => list.state !== 'archived') ?? [];
  }

  get archived(): CallList[] {
    return this.all?.filter((list) => list.state === 'archived') ?? [];
  }

  /** What a list is called; nothing if it is not there, or not known yet. */
  nameOf(list: ListId | null): string {
    return this.all?.find((one) => one.list === list)?.name ?? '';
  }

  async load(): Promise<void> {
    try {
      this.all = (await this.#host.query('ListsQuery', {})).lists;
      this.trouble = null;
    } catch (thrown) {
      // What was known stays; the offline bar tells of a lost host.
      this.trouble = troubleOf(thrown);
    }
  }

  /** Works a list. */
  open(list: ListId): void {
    this.work?.stop();
    this.gone = null;
    this.work = new Work(this.#host, this.#dialing, this.#clock, list, () => this.#leaveGone(list));
    void this.work.load();
  }

  /** Goes back to all lists. */
  leave(): void {
    this.work?.stop();
    this.work = null;
    void this.load();
  }

  /** Changes a list; rejects with a trouble, so that the asking part can tell. */
  async change(change: ChangeList): Promise<void> {
    await this.#host.mutate('ChangeList', change);
    await Promise.all([this.load(), this.work?.load()]);
  }

  /** Removes a list with its leads. */
  async remove(list: ListId): Promise<void> {
    await this.#host.mutate('RemoveList', { list });
    if (this.work?.list === list) this.leave();
    else await this.load();
  }

  hear(event: Event): void {
    // A card shows what the log and the customers know of its number.
    const concerned = ['lists_changed', 'call_changed', 'customers_changed'];
    if (concerned.includes(event.event)) this.askSoon();
  }

  askSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      void this.load();
      void this.work?.load();
    }, ASK_AFTER_MS);
  }

  #leaveGone(list: ListId): void {
    if (this.work?.list !== list) return;
    this.gone = this.work.answer?.list.name ?? this.nameOf(list);
    this.leave();
  }

  /** Practice and the real thing share nothing. */
  reset(): void {
    clearTimeout(this.#timer);
    this.work?.stop();
    this.work = this.all = this.trouble = this.gone = null;
  }
}
