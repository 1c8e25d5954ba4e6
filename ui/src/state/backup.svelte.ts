import type { Host } from '../host/host';
import type { BackedUp, ChosenBackup, Event, RestoredBackup } from '../wire';
import { Job } from './job.svelte';

/** Everything in one file, and back. */
export class Backup {
  made = $state.raw<BackedUp | null>(null);
  /** The backup that was chosen, until it is restored or let go. */
  chosen = $state.raw<Extract<ChosenBackup, { outcome: 'chosen' }> | null>(null);
  restored = $state.raw<RestoredBackup | null>(null);
  readonly job: Job;
  readonly #host: Host;

  constructor(host: Host, job = new Job(host)) {
    this.#host = host;
    this.job = job;
  }

  hear(event: Event): void {
    this.job.hear(event);
  }

  async make(): Promise<void> {
    this.made = null;
    const made = await this.job.run((job) => this.#host.trigger('BackUp', { job }));
    // A dialog that was closed is no news.
    if (made?.outcome === 'saved' || this.job.stopping) this.made = made;
  }

  async choose(): Promise<void> {
    this.made = this.restored = null;
    const chosen = await this.job.run(() => this.#host.trigger('ChooseBackup', {}));
    if (chosen?.outcome === 'chosen') this.chosen = chosen;
  }

  /** Makes the chosen one ready for the next start. */
  async restore(): Promise<void> {
    this.restored = await this.job.run((job) => this.#host.trigger('RestoreBackup', { job }));
    if (this.restored) this.chosen = null;
  }

  /** Shows the backup where it lies. */
  show(): Promise<unknown> {
    return this.#host.trigger('ShowSaved', { job: this.job.word });
  }

  restart(): Promise<unknown> {
    return this.#host.trigger('RestartProgram', {});
  }
}
