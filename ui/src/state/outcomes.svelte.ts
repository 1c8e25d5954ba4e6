import type { Host } from '../host/host';
import type { CallId, CallRow, ChangeOutcome, Outcome, OutcomeId, Outcomes as Answer } from '../wire';

/** Keys that choose: 1 to 9. */
const KEYS = 9;

/** Which outcomes there are, and the choosing of one. */
export class Outcomes {
  all = $state.raw<Outcome[]>([]);
  /** Whether the last call needs one before the next dial. */
  required = $state(false);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Those that can be chosen, in the order of their keys. */
  get offered(): Outcome[] {
    return this.all.filter((outcome) => !outcome.archived);
  }

  /** The outcome of a key; nothing for any other key. */
  byKey(key: string): Outcome | null {
    const place = /^[1-9]$/.test(key) ? Number(key) : 0;
    return this.offered.slice(0, KEYS)[place - 1] ?? null;
  }

  async load(): Promise<void> {
    try {
      this.#take(await this.#host.query('OutcomesQuery', {}));
    } catch {
      // The offline bar tells of a lost host; what was known stays.
    }
  }

  /** Adds one. This and each change below rejects with a trouble, so that the asking part can tell. */
  async add(name: string): Promise<void> {
    const fresh = { name, colour: 'grey' as const, effect: { does: 'done' as const } };
    this.#take(await this.#host.mutate('AddOutcome', fresh));
  }

  async change(change: ChangeOutcome): Promise<void> {
    this.#take(await this.#host.mutate('ChangeOutcome', change));
  }

  /** Moves one a place up or down among those that are offered. */
  async move(outcome: OutcomeId, step: 1 | -1): Promise<void> {
    const order = this.offered.map((one) => one.outcome);
    const from = order.indexOf(outcome);
    const to = from + step;
    if (from < 0 || to < 0 || to >= order.length) return;
    order.splice(to, 0, ...order.splice(from, 1));
    this.#take(await this.#host.mutate('OrderOutcomes', { outcomes: order }));
  }

  /** Removes one, or puts it out of use; nothing if that is done already. */
  async remove(outcome: OutcomeId): Promise<void> {
    if (!this.offered.some((one) => one.outcome === outcome)) return;
    this.#take(await this.#host.mutate('RemoveOutcome', { outcome }));
  }

  async require(required: boolean): Promise<void> {
    this.#take(await this.#host.mutate('RequireOutcome', { required }));
  }

  /** Chooses; null takes the choice back. Rejects with a trouble, so that the asking part can tell. */
  choose(call: CallId, outcome: OutcomeId | null): Promise<CallRow> {
    return this.#host.mutate('SetOutcome', { call, ...(outcome !== null && { outcome }) });
  }

  #take(answer: Answer): void {
    this.all = answer.outcomes;
    this.required = answer.required;
  }
}
