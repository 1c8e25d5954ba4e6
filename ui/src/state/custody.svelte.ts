import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CustodyReport, CustodyRules, CustodyTask, Event, MutationMap } from '../wire';

/** Events come in bursts; one question answers them all. */
const ASK_AFTER_MS = 400;

type Begins =
  'FetchAllRecordings' | 'MoveRecordings' | 'CheckRecordings' | 'RepairRecordings' | 'SaveRecordings';

/** Custody of recordings: how they stand, by which rules, and what is being done with all of them. */
export class Custody {
  /** Null until the first answer. */
  report = $state.raw<CustodyReport | null>(null);
  rules = $state.raw<CustodyRules | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** Whether the report is on screen. */
  shown = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  get task(): CustodyTask | null {
    return this.report?.task ?? null;
  }

  get running(): boolean {
    return this.task?.state === 'running';
  }

  /** Recordings that are to be had and not here. */
  get notHere(): number {
    return this.count('waiting') + this.count('failed');
  }

  count(state: string): number {
    const standing = this.report?.standing.filter((one) => one.state === state) ?? [];
    return standing.reduce((sum, one) => sum + one.recordings, 0);
  }

  bytes(): number {
    return this.report?.standing.reduce((sum, one) => sum + (one.state === 'saved' ? one.bytes : 0), 0) ?? 0;
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const [report, rules] = await Promise.all([
        this.#host.query('CustodyQuery', {}),
        this.#host.query('CustodyRulesQuery', {}),
      ]);
      this.report = report;
      this.rules = rules;
      this.trouble = null;
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
    }
  }

  hear(event: Event): void {
    if (event.event === 'custody_told') {
      if (this.report) this.report = { ...this.report, task: event.task };
      if (event.task.state !== 'running') this.#loadSoon();
    }
    if (event.event === 'custody_changed' || event.event === 'call_changed') this.#loadSoon();
  }

  /** Begins something with all recordings; rejects with a trouble. */
  async begin<Name extends Begins>(name: Name, args: MutationMap[Name]['args']): Promise<void> {
    const task = (await this.#host.mutate(name, args)) as CustodyTask;
    if (this.report) this.report = { ...this.report, task };
  }

  async stop(): Promise<void> {
    await this.#host.mutate('CancelCustodyTask', {});
  }

  /** Changes some of the rules; rejects with a trouble. */
  async change(patch: Partial<CustodyRules>): Promise<void> {
    if (!this.rules) return;
    this.rules = await this.#host.mutate('SetCustodyRules', { rules: { ...this.rules, ...patch } });
  }

  reset(): void {
    this.report = null;
    this.rules = null;
    this.shown = false;
  }

  #loadSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), ASK_AFTER_MS);
  }
}
