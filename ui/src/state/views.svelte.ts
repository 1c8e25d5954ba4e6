import type { Host } from '../host/host';
import type { View } from '../wire';
import { Doing } from './doing.svelte';
import type { Log } from './log.svelte';

/** Filters that were saved under a name. */
export class Views {
  all = $state.raw<View[]>([]);
  readonly doing = new Doing();
  readonly #host: Host;
  readonly #log: Log;

  constructor(host: Host, log: Log) {
    this.#host = host;
    this.#log = log;
  }

  load(): Promise<boolean> {
    return this.doing.run(async () => (this.all = (await this.#host.query('ViewsQuery', {})).views));
  }

  /** Whether a filter is saved under this name, which saving would replace. */
  has(name: string): boolean {
    return this.all.some((view) => view.name === name.trim());
  }

  /** Saves what the log is asked now. */
  save(name: string): Promise<boolean> {
    const { days } = this.#log.filters;
    const asked = { name, query: this.#log.query(), ...(days && { days }) };
    return this.doing.run(async () => (this.all = (await this.#host.mutate('SaveView', asked)).views));
  }

  rename(view: number, name: string): Promise<boolean> {
    return this.doing.run(
      async () => (this.all = (await this.#host.mutate('RenameView', { view, name })).views),
    );
  }

  remove(view: number): Promise<boolean> {
    return this.doing.run(async () => (this.all = (await this.#host.mutate('RemoveView', { view })).views));
  }

  recall(view: View): void {
    this.#log.recall(view);
  }
}
