import type { Host } from '../host/host';
import type {
  CallId,
  CallsQuery,
  Event,
  ExportedCalls,
  Headings,
  ListId,
  NumbersShown,
  RecordingName,
  SheetForm,
  SheetFormat,
  TextEncoding,
} from '../wire';
import { Job } from './job.svelte';

/** Which calls an export is about. */
export interface What {
  /** Those that fit a question, as the list shows them. */
  query: CallsQuery;
  /** Or these alone. */
  calls?: CallId[];
  count: number;
  /** Whether they may be more than `count` says. */
  more: boolean;
}

/** Or a calling list, with what came of it. */
export interface WhatList {
  list: ListId;
}

const EXAMPLE_AFTER_MS = 150;

/** An export from the first choice to the file. */
export class Export {
  format = $state<SheetFormat>('xlsx');
  encoding = $state<TextEncoding>('utf8');
  /** Nobody decides this but the user: a file goes from hand to hand. */
  numbers = $state<NumbersShown | null>(null);
  recordings = $state(false);
  template = $state('');
  /** How the template names a recording; null until it is known. */
  example = $state.raw<RecordingName | null>(null);
  done = $state.raw<ExportedCalls | null>(null);
  readonly job: Job;
  readonly #host: Host;
  readonly #what: What | WhatList;
  readonly #headings: Headings;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Host, what: What | WhatList, headings: Headings, job = new Job(host)) {
    this.#host = host;
    this.#what = what;
    this.#headings = headings;
    this.job = job;
    this.template = headings === 'zh' ? '{日期}_{客户}_{号码}' : '{date}_{customer}_{number}';
  }

  /** Whether everything is chosen that has to be. */
  get ready(): boolean {
    const named = !this.recordings || this.example?.read === 'example';
    return this.numbers !== null && named && !this.job.busy;
  }

  hear(event: Event): void {
    this.job.hear(event);
  }

  /** Asks for an example, once the typing rests. */
  retry(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(), EXAMPLE_AFTER_MS);
  }

  async go(): Promise<void> {
    const numbers = this.numbers;
    if (!numbers || !this.ready) return;
    this.done = null;
    const sheet: SheetForm = {
      format: this.format,
      encoding: this.format === 'csv' ? this.encoding : 'utf8',
      numbers,
      digits: this.format === 'csv' ? 'as_text' : 'plain',
      headings: this.#headings,
    };
    const done = await this.job.run((job) => this.#send(job, sheet));
    // A dialog that was closed is no end: the choices are still there to go on with.
    if (done?.outcome !== 'cancelled' || this.job.stopping) this.done = done;
  }

  /** Shows the file where it lies. */
  show(): Promise<unknown> {
    return this.#host.trigger('ShowSaved', { job: this.job.word });
  }

  #send(job: string, sheet: SheetForm): Promise<ExportedCalls> {
    if ('list' in this.#what) return this.#host.trigger('ExportList', { job, list: this.#what.list, sheet });
    const { query, calls } = this.#what;
    return this.#host.trigger('ExportCalls', {
      job,
      query: { ...query, offset: 0, limit: 0 },
      ...(calls && { calls }),
      sheet,
      ...(this.recordings && { recordings: this.template }),
    });
  }

  async #ask(): Promise<void> {
    const template = this.template;
    const numbers = this.numbers ?? 'masked';
    try {
      const example = await this.#host.query('RecordingNameQuery', {
        template,
        numbers,
        headings: this.#headings,
      });
      if (template === this.template) this.example = example;
    } catch {
      // The export itself will tell what is wrong.
      this.example = null;
    }
  }
}
