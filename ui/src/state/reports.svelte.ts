import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { Event, Headings, Report, ReportRange, SavedReport } from '../wire';
import { Job } from './job.svelte';

/** Events come in bursts; one question answers them all. */
const ASK_AFTER_MS = 400;

/** What the log comes to over some days, and the files that are made of it. */
export class Reports {
  days = $state<ReportRange['days']>('this_week');
  /** The days that were chosen, as a field for dates holds them. */
  from = $state('');
  to = $state('');
  /** Null until the first answer. */
  report = $state.raw<Report | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  saved = $state.raw<SavedReport | null>(null);
  readonly job: Job;
  /** Where the latest file waits to be downloaded: such an address answers once. */
  #download = $state.raw<string | null>(null);
  /** Whether the screen is there to be kept up to date. */
  #shown = false;
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #host: Host;

  constructor(host: Host, job = new Job(host)) {
    this.#host = host;
    this.job = job;
  }

  get range(): ReportRange {
    return this.days === 'chosen' ? { days: 'chosen', from: this.from, to: this.to } : { days: this.days };
  }

  /** Keeps the report up to date until the returned function is called. */
  show(): () => void {
    this.#shown = true;
    void this.load();
    return () => {
      this.#shown = false;
      clearTimeout(this.#timer);
    };
  }

  /** Chooses days. Own ones begin with those that were shown. */
  choose(days: ReportRange['days']): void {
    if (days === 'chosen' && this.report) {
      this.from = this.report.period.from;
      this.to = this.report.period.to;
    }
    this.days = days;
    this.saved = null;
    void this.load();
  }

  /** Reads it again, if anybody sees it. */
  ask(): void {
    if (this.#shown) void this.load();
  }

  hear(event: Event): void {
    const over = event.event === 'import_progress' || event.event === 'customers_changed';
    if (!this.#shown || (event.event !== 'call_changed' && !over)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), ASK_AFTER_MS);
  }

  async load(): Promise<void> {
    // While its year is being typed, a field for dates holds nothing, or the year 2 or 20.
    const typed = this.from >= '1970' && this.to >= '1970';
    if (this.days === 'chosen' && !typed) return;
    const asked = ++this.#asked;
    try {
      const report = await this.#host.query('ReportQuery', { range: this.range });
      if (asked !== this.#asked) return;
      this.report = report;
      this.trouble = null;
    } catch (thrown) {
      if (asked === this.#asked) this.trouble = troubleOf(thrown);
    }
  }

  /** Has a workbook made of it. */
  async exportSheet(numbers: 'whole' | 'masked', headings: Headings): Promise<void> {
    await this.#save((job) =>
      this.#host.trigger('ExportReport', { job, range: this.range, numbers, headings }),
    );
  }

  /** Has a picture saved, given as base64. */
  async savePicture(draw: () => string, headings: Headings): Promise<void> {
    await this.#save(async (job) => this.#host.trigger('SaveReportPicture', { job, png: draw(), headings }));
  }

  /** The address of a file to download now; it is handed out once, whoever asks again. */
  takeDownload(): string | null {
    const href = this.#download;
    if (href !== null) this.#download = null;
    return href;
  }

  /** Shows the file where it lies. */
  showSaved(): Promise<unknown> {
    return this.#host.trigger('ShowSaved', { job: this.job.word });
  }

  reset(): void {
    this.report = null;
    this.saved = this.#download = null;
    this.#asked++;
  }

  async #save(work: (job: string) => Promise<SavedReport>): Promise<void> {
    this.saved = null;
    const saved = await this.job.run(work);
    if (saved?.outcome !== 'cancelled') this.saved = saved;
    if (saved?.outcome === 'download') this.#download = saved.href;
  }
}
