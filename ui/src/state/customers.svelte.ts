import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { AddCustomer, Customer, CustomerCard, CustomerId, CustomerRow, Event } from '../wire';

const PAGE = 100;
const KEPT_AROUND = 20;
const REFRESH_AFTER_MS = 150;

/** The customers as a window onto their list, and the one that is chosen. */
export class Customers {
  search = $state('');
  tag = $state('');
  tags = $state.raw<string[]>([]);
  /** Null until the first answer. */
  total = $state<number | null>(null);
  more = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  /** The chosen row's place, or -1. */
  at = $state(-1);
  chosen = $state<CustomerId | null>(null);
  /** Everything known of the chosen one. */
  card = $state.raw<CustomerCard | null>(null);
  cardTrouble = $state.raw<Trouble | null>(null);
  #pages = $state.raw(new Map<number, CustomerRow[]>());
  #asking = new Set<number>();
  #question = 0;
  #seen: [number, number] = [0, PAGE];
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get narrowed(): boolean {
    return this.search !== '' || this.tag !== '';
  }

  /** How many rows the list has: if more may follow, a page of them, which is read when it is seen. */
  get length(): number {
    return (this.total ?? 0) + (this.more ? PAGE : 0);
  }

  row(index: number): CustomerRow | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Starts the question over; what is on screen stays until the answer is here. */
  ask(): void {
    clearTimeout(this.#timer);
    this.#question += 1;
    this.#asking.clear();
    void this.#read(Math.floor(this.#seen[0] / PAGE), true);
    void this.#readTags();
    void this.readCard();
  }

  askSoon(after: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ask(), after);
  }

  /** A narrower or wider question begins at the top, with nothing chosen. */
  narrow(after = 0): void {
    this.#seen = [0, PAGE];
    this.leave();
    this.askSoon(after);
  }

  clear(): void {
    this.search = '';
    this.tag = '';
    this.narrow();
  }

  /** Forgets everything: practice and the real thing share nothing. */
  reset(): void {
    this.#pages = new Map();
    this.total = null;
    this.more = false;
    this.clear();
  }

  see(from: number, to: number): void {
    this.#seen = [from, to];
    for (let page = Math.floor(from / PAGE); page <= Math.floor(Math.max(from, to - 1) / PAGE); page++) {
      if (!this.#pages.has(page)) void this.#read(page, false);
    }
  }

  choose(index: number): void {
    if (!this.total) return;
    this.at = Math.max(0, Math.min(this.total - 1, index));
    const row = this.row(this.at);
    if (row) this.#turnTo(row.customer);
  }

  /** Shows one customer wherever it stands in the list. */
  show(customer: CustomerId): void {
    this.#turnTo(customer);
    this.#hold();
  }

  leave(): void {
    this.at = -1;
    this.chosen = null;
    this.card = null;
    this.cardTrouble = null;
  }

  /**
   * Adds one and shows it; where the number is somebody's already, answers whose. Rejects with a trouble,
   * so that the asking part can tell.
   */
  async add(asked: AddCustomer): Promise<Customer | null> {
    try {
      const { customer } = await this.#host.mutate('AddCustomer', asked);
      this.show(customer);
      return null;
    } catch (thrown) {
      const { code, details } = troubleOf(thrown);
      if (asked.number === undefined || code !== 'bad_input' || details['field'] !== 'number') throw thrown;
      const { customer } = await this.#host.query('LookUpNumber', { text: asked.number });
      if (!customer) throw thrown;
      return customer;
    }
  }

  hear(event: Event): void {
    // A row shows the latest outcome.
    if (event.event === 'customers_changed' || event.event === 'call_changed') this.askSoon(REFRESH_AFTER_MS);
    const mine = this.card?.customer.numbers ?? [];
    if (event.event === 'call_changed' && mine.includes(event.row.tel_b ?? '')) void this.readCard();
  }

  async readCard(): Promise<void> {
    const customer = this.chosen;
    if (customer === null) return;
    try {
      const card = await this.#host.query('CustomerQuery', { customer });
      if (customer !== this.chosen) return;
      this.card = card;
      // One that was merged into another answers as that one.
      this.chosen = card.customer.customer;
      this.cardTrouble = null;
    } catch (thrown) {
      if (customer !== this.chosen) return;
      const trouble = troubleOf(thrown);
      // Somebody deleted it elsewhere: there is nothing to try again.
      if (trouble.code === 'not_found') this.leave();
      else this.cardTrouble = trouble;
    }
  }

  #turnTo(customer: CustomerId): void {
    if (customer === this.chosen) return;
    this.chosen = customer;
    this.card = null;
    this.cardTrouble = null;
    void this.readCard();
  }

  async #readTags(): Promise<void> {
    this.tags = await this.#host.query('TagsQuery', {}).then(
      (answer) => answer.tags,
      () => this.tags,
    );
  }

  async #read(page: number, afresh: boolean): Promise<void> {
    if (this.#asking.has(page)) return;
    this.#asking.add(page);
    const question = this.#question;
    try {
      const answer = await this.#host.query('CustomersQuery', {
        search: this.search.trim(),
        offset: page * PAGE,
        limit: PAGE,
        ...(this.tag && { tag: this.tag }),
      });
      if (question !== this.#question) return;
      if (afresh || !answer.more || answer.total > (this.total ?? 0)) {
        this.total = answer.total;
        this.more = answer.more;
      }
      this.trouble = null;
      const near = [...this.#pages].filter(([other]) => Math.abs(other - page) <= KEPT_AROUND);
      const pages = new Map(afresh ? [] : near);
      this.#pages = pages.set(page, answer.rows);
      this.#hold();
      if (afresh) this.see(...this.#seen);
    } catch (thrown) {
      if (question === this.#question) this.trouble = troubleOf(thrown);
    } finally {
      if (question === this.#question) this.#asking.delete(page);
    }
  }

  /** Keeps the choice on its customer when rows moved under it. */
  #hold(): void {
    if (this.chosen === null) return;
    for (const [page, rows] of this.#pages) {
      const place = rows.findIndex((row) => row.customer === this.chosen);
      if (place >= 0) this.at = page * PAGE + place;
    }
  }
}
