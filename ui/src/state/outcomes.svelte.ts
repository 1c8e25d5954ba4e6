import type { Host } from '../host/host';
import type { CallId, CallRow, Outcome, OutcomeId, Outcomes as Answer } from '../wire';

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
      this.take(await this.#host.query('OutcomesQuery', {}));
    } catch {
      // The offline bar tells of a lost host; what was known stays.
    }
  }

  take(answer: Answer): void {
    this.all = answer.outcomes;
    this.required = answer.required;
  }

  /** Chooses; null takes the choice back. Rejects with a trouble, so that the asking part can tell. */
  choose(call: CallId, outcome: OutcomeId | null): Promise<CallRow> {
    return this.#host.mutate('SetOutcome', { call, ...(outcome !== null && { outcome }) });
  }
}
