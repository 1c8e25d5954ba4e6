import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { Event, JobStep } from '../wire';

/** How far a job is. */
export interface Progress {
  step: JobStep;
  done: number;
  total: number;
}

/** Work of the host's that takes its time: its progress, and the way to stop it. */
export class Job {
  busy = $state(false);
  stopping = $state(false);
  progress = $state.raw<Progress | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** The word of the latest one. */
  word = '';
  readonly #host: Host;
  readonly #words: () => string;

  constructor(host: Host, words: () => string = () => crypto.randomUUID()) {
    this.#host = host;
    this.#words = words;
  }

  hear(event: Event): void {
    if (event.event !== 'job_progress' || event.job !== this.word || !this.busy) return;
    this.progress = { step: event.step, done: event.done, total: event.total };
  }

  /** Runs one under a word of its own, unless one runs; null if it could not be done. */
  async run<Answer>(work: (word: string) => Promise<Answer>): Promise<Answer | null> {
    if (this.busy) return null;
    this.busy = true;
    this.stopping = false;
    this.progress = this.trouble = null;
    this.word = this.#words();
    try {
      return await work(this.word);
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
      return null;
    } finally {
      this.busy = false;
    }
  }

  async stop(): Promise<void> {
    if (!this.busy || this.stopping) return;
    this.stopping = true;
    try {
      await this.#host.mutate('StopJob', { job: this.word });
    } catch (thrown) {
      this.stopping = false;
      this.trouble = troubleOf(thrown);
    }
  }
}
