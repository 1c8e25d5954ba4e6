import { getContext, setContext } from 'svelte';
import type { Host } from '../host/host';
import { isAsking, shutDialogs } from '../parts/writing';
import type { CallId, CallRow, CustomerId, CustomerName, Event, ListId, Mode } from '../wire';
import { Backup } from './backup.svelte';
import { Clock } from './clock.svelte';
import { Copying } from './copying.svelte';
import { Custody } from './custody.svelte';
import { Day } from './day.svelte';
import { Deleting } from './deleting.svelte';
import { Desk } from './desk.svelte';
import { Detail } from './detail.svelte';
import { Dialing } from './dialing.svelte';
import { Holding } from './holding.svelte';
import { Customers } from './customers.svelte';
import { FollowUps } from './follow-ups.svelte';
import { Links } from './links.svelte';
import { Lists } from './lists.svelte';
import { Log, type RecordingFilter } from './log.svelte';
import { Marks } from './marks.svelte';
import { Outcomes } from './outcomes.svelte';
import { Scripts } from './scripts.svelte';
import { Player } from './player.svelte';
import { Playlist } from './playlist.svelte';
import { Reports } from './reports.svelte';

const KEY = Symbol('app');
/** A call without a record for this long is no longer shown as the one under way. */
const UNDER_WAY_MS = 2 * 3600 * 1000;
/** Events come in bursts; one question answers them all. */
const DESK_AFTER_MS = 300;

/** Everything the screens share: the host, and each piece of state that outlives a screen. */
export class App {
  readonly host: Host;
  readonly clock = new Clock();
  readonly desk: Desk;
  readonly day: Day;
  readonly dialing: Dialing;
  readonly holding = new Holding();
  readonly copying: Copying;
  readonly links: Links;
  readonly log: Log;
  readonly deleting: Deleting;
  readonly detail: Detail;
  readonly player: Player;
  readonly playlist: Playlist;
  readonly marks: Marks;
  readonly outcomes: Outcomes;
  readonly scripts: Scripts;
  readonly customers: Customers;
  readonly followUps: FollowUps;
  readonly lists: Lists;
  readonly custody: Custody;
  readonly reports: Reports;
  readonly backup: Backup;
  #asking: ReturnType<typeof setTimeout> | undefined;
  /** The mode that the screens show; null until it is known. */
  #mode: Mode | null = null;

  constructor(host: Host) {
    this.host = host;
    const now = () => this.clock.now;
    this.desk = new Desk(host, this.clock);
    this.day = new Day(host);
    this.dialing = new Dialing(host, now, () => this.desk.state !== null);
    this.copying = new Copying(host, now);
    this.links = new Links(host, this.desk, this.dialing, {
      toDial: () => this.#toDial(),
      toCall: (call) => this.#toCall(call),
    });
    this.log = new Log(host, now);
    this.deleting = new Deleting(host, this.desk, this.log, now);
    this.detail = new Detail(host);
    this.player = new Player(host);
    this.playlist = new Playlist(this.log, this.player);
    this.marks = new Marks(host);
    this.player.onend = (call) => this.#heard(call);
    this.outcomes = new Outcomes(host);
    this.scripts = new Scripts(host);
    this.customers = new Customers(host);
    this.followUps = new FollowUps(host);
    this.lists = new Lists(host, this.dialing, this.clock);
    this.custody = new Custody(host);
    this.reports = new Reports(host);
    this.backup = new Backup(host);
  }

  /** Begins to listen, and reads everything once. The returned function ends both. */
  start(): () => void {
    const stops = [
      this.clock.start(),
      this.host.onEvent((event) => this.hear(event)),
      this.host.onLink((link) => {
        this.desk.link = link;
        if (link === 'up') void this.reload();
      }),
    ];
    void this.reload();
    void this.player.recall();
    return () => {
      clearTimeout(this.#asking);
      stops.forEach((stop) => stop());
    };
  }

  /** Reads again whatever is shown: at the start, after a lost link, after a change of mode. */
  async reload(): Promise<void> {
    await this.desk.load();
    this.#followMode();
    void this.links.take();
    const desk = this.desk.state;
    if (!desk || this.desk.trouble || desk.mode === 'first_run') return;
    void this.outcomes.load();
    void this.scripts.load();
    this.log.ask();
    this.customers.ask();
    this.lists.askSoon();
    void this.dialing.lookUp();
    void this.detail.reload();
    void this.custody.load();
    void this.followUps.load();
    this.reports.ask();
    await this.day.load(desk.today.since);
    const newest = this.day.rows.find((row) => row.placed_here);
    if (newest && this.#underWay(newest)) this.dialing.resume(newest);
  }

  hear(event: Event): void {
    // The menu's shortcuts come this way too, and what is being answered or filled in stays.
    if (event.event === 'screen_asked' && isAsking()) return;
    this.desk.hear(event);
    this.day.hear(event);
    this.dialing.hear(event);
    this.links.hear(event);
    this.log.hear(event);
    this.detail.hear(event);
    this.customers.hear(event);
    this.lists.hear(event);
    this.custody.hear(event);
    this.followUps.hear(event);
    if (event.event === 'number_asked') this.askNumber(event.number);
    this.reports.hear(event);
    this.backup.hear(event);
    // A host that lost some events says so with this one, hence everything is read again.
    if (event.event === 'desk_changed') void this.reload();
    if (event.event === 'call_changed') this.#askForDeskSoon();
    if (event.event === 'customers_changed') this.#showNames();
  }

  /** Puts a number into the number line, where Enter dials it; nothing is dialled by this. */
  askNumber(number: string): void {
    this.dialing.give(number);
    this.desk.screen = 'dial';
  }

  /** Shows one call on the screen of all calls. */
  showCall(call: CallId): void {
    this.log.show(call);
    this.desk.screen = 'calls';
  }

  /** Shows one customer on the screen of all customers. */
  showCustomer(customer: CustomerId): void {
    this.customers.show(customer);
    this.desk.screen = 'customers';
  }

  /** Works a list on the screen of lists. */
  workList(list: ListId): void {
    this.lists.open(list);
    this.desk.screen = 'lists';
  }

  /** Shows the calls of one customer with all its numbers. */
  showCallsOf(customer: CustomerName): void {
    const { customer: id, name, company } = customer;
    this.log.history({ customer: id, name, company });
    this.desk.screen = 'calls';
  }

  /** Shows one customer's whole history. */
  showHistory(number: string): void {
    this.log.history(number);
    this.desk.screen = 'calls';
  }

  /** Shows the calls whose recordings stand so, and no others. */
  showRecordings(filter: RecordingFilter): void {
    this.custody.shown = false;
    this.log.showRecordings(filter);
    this.desk.screen = 'calls';
  }

  /** Goes to practice, to the real thing, or back to the beginning. */
  async go(mode: Mode): Promise<void> {
    await this.desk.go(mode);
    this.#followMode();
    await this.reload();
  }

  /** A recording was heard to its end: the rule of months may drop it some day, and the next may begin. */
  #heard(call: CallId): void {
    // One that can't be noted counts as unheard, and is kept.
    this.host.mutate('MarkHeard', { call }).catch(() => undefined);
    if (this.player.playOn) void this.playlist.playOn();
  }

  /** Rows bear the names of their customers. */
  #showNames(): void {
    this.log.askSoon();
    void this.dialing.lookUp();
    void this.detail.reload();
    void this.day.load(this.desk.state?.today.since ?? 0);
    const row = this.dialing.attempt?.row;
    if (row) void this.dialing.readRow(row.call);
  }

  /** A call shows how the platform answers, which no event tells of. */
  #askForDeskSoon(): void {
    clearTimeout(this.#asking);
    this.#asking = setTimeout(() => void this.desk.load(), DESK_AFTER_MS);
  }

  /**
   * Starts the screens over, once for each change of mode: it is told by an answer and by an event,
   * and whichever comes second must not take what was typed since.
   */
  #followMode(): void {
    const mode = this.desk.state?.mode ?? null;
    const before = this.#mode;
    if (mode === before) return;
    this.#mode = mode;
    if (before === null) return;
    this.dialing.reset();
    this.log.reset();
    this.deleting.reset();
    this.day.reset();
    this.customers.reset();
    this.followUps.reset();
    this.lists.reset();
    this.player.turnTo(null, null);
    void this.marks.open(null);
    this.custody.reset();
    this.reports.reset();
    void this.detail.open(null);
    this.desk.screen = 'dial';
    this.links.turn();
  }

  #toDial(): void {
    shutDialogs();
    this.desk.screen = 'dial';
  }

  #toCall(call: CallId): void {
    shutDialogs();
    this.showCall(call);
  }

  #underWay(row: CallRow): boolean {
    const open = row.state === 'sending' || row.state === 'accepted';
    return open && row.at > this.clock.now - UNDER_WAY_MS;
  }
}

export function provideApp(app: App): void {
  setContext(KEY, app);
}

export function useApp(): App {
  return getContext<App>(KEY);
}
