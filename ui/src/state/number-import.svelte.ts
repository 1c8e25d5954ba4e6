import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type {
  DoNotCallField,
  DoNotCallImported,
  DoNotCallPreview,
  DoNotCallReading,
  Event,
  ImportProgress,
  StagedFile,
} from '../wire';

/** A sheet of numbers on its way onto the do-not-call table: chosen, looked at, put there. */
export class NumberImport {
  step = $state<'choose' | 'look' | 'running' | 'done'>('choose');
  busy = $state(false);
  staged = $state.raw<StagedFile | null>(null);
  /** How it is read, where the user knows better. */
  reading = $state.raw<DoNotCallReading>({});
  preview = $state.raw<DoNotCallPreview | null>(null);
  /** What it would do; null while it is counted. */
  report = $state.raw<DoNotCallImported | null>(null);
  progress = $state.raw<ImportProgress | null>(null);
  done = $state.raw<DoNotCallImported | null>(null);
  /** Why these numbers are not to be called. */
  reason = $state('');
  trouble = $state.raw<Trouble | null>(null);
  /** Answers to former questions are passed over. */
  #turn = 0;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Listens until the returned function is called, which lets go of the file too. */
  start(): () => void {
    const stop = this.#host.onEvent((event) => this.#hear(event));
    return () => {
      stop();
      this.#letGo();
    };
  }

  /** Whether everything is there that has to be. */
  get ready(): boolean {
    return !this.busy && this.preview?.usable === true && this.report?.new !== 0 && this.reason.trim() !== '';
  }

  /** Lets the user choose a file in the system's own dialog. */
  choose(): Promise<void> {
    return this.#run(async () => {
      const chosen = await this.#host.trigger('ChooseImportFile', {});
      if (chosen.outcome === 'chosen') await this.#begin(chosen.staged);
    });
  }

  /** Takes a file that the user chose in the page. */
  take(file: File): Promise<void> {
    return this.#run(async () => this.#begin(await this.#host.handOver(file)));
  }

  /** Reads it otherwise: another sheet or encoding. The columns are found anew. */
  read(change: Partial<DoNotCallReading>): Promise<void> {
    this.reading = { ...this.reading, mapping: undefined, ...change };
    return this.#run(() => this.#ask());
  }

  /** What a column tells, from now on. No two columns tell the same. */
  tell(column: number, field: DoNotCallField | null): Promise<void> {
    const fields = this.preview?.columns.map((known) => known.field) ?? [];
    const mapping = fields.map((known, at) => (at === column ? field : known === field ? null : known));
    this.reading = { ...this.reading, mapping };
    return this.#run(() => this.#ask());
  }

  /** Opens a list of hashes with the key that was told. */
  unlock(key: string): Promise<void> {
    this.reading = { ...this.reading, key };
    return this.#run(() => this.#ask());
  }

  async takeIn(): Promise<void> {
    const file = this.staged?.file;
    if (!file || !this.ready) return;
    this.step = 'running';
    this.progress = null;
    this.#turn += 1;
    await this.#run(async () => {
      const request = { file, reading: this.reading, reason: this.reason.trim() };
      this.done = await this.#host.mutate('ImportDoNotCall', request);
      this.step = 'done';
    });
    if (this.trouble) this.step = 'look';
  }

  /** Stops; what is on the table by then stays there. */
  async stop(): Promise<void> {
    const file = this.staged?.file;
    if (file) await this.#host.mutate('CancelImport', { file }).catch(() => undefined);
  }

  /** Begins from the beginning. */
  again(): void {
    this.#letGo();
    this.step = 'choose';
    this.preview = this.report = this.done = this.trouble = this.progress = null;
  }

  async #begin(staged: StagedFile): Promise<void> {
    this.again();
    this.staged = staged;
    this.reading = {};
    await this.#ask();
  }

  /** The columns come at once; what all rows would do is counted meanwhile. */
  async #ask(): Promise<void> {
    const file = this.staged?.file;
    if (!file) return;
    const turn = ++this.#turn;
    this.report = this.progress = null;
    const preview = await this.#host.query('PreviewDoNotCall', { file, reading: this.reading });
    if (turn !== this.#turn) return;
    this.preview = preview;
    this.step = 'look';
    if (!preview.usable) return;
    const counted = this.#host.query('RehearseDoNotCall', { file, reading: this.reading });
    void counted.then(
      (report) => {
        if (turn === this.#turn) this.report = report;
      },
      (thrown: unknown) => {
        if (turn === this.#turn) this.trouble = troubleOf(thrown);
      },
    );
  }

  #hear(event: Event): void {
    if (event.event !== 'import_progress') return;
    if (event.progress.file === this.staged?.file) this.progress = event.progress;
  }

  #letGo(): void {
    const file = this.staged?.file;
    this.#turn += 1;
    this.staged = null;
    if (file) void this.#host.mutate('CloseImport', { file }).catch(() => undefined);
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.trouble = null;
    try {
      await work();
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
    } finally {
      this.busy = false;
    }
  }
}
