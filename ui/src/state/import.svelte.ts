import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type {
  Event,
  ImportId,
  ImportPreview,
  ImportProgress,
  ImportReading,
  ImportReport,
  PastImport,
  RecordField,
  StagedFile,
  UndoneImport,
} from '../wire';

export type Step = 'choose' | 'look' | 'running' | 'done' | 'undone' | 'past';

/** A file on its way into the log: chosen, looked at, taken in; and what was taken in before. */
export class Import {
  step = $state<Step>('choose');
  busy = $state(false);
  staged = $state.raw<StagedFile | null>(null);
  /** How it is read, where the user knows better. */
  reading = $state.raw<ImportReading>({});
  preview = $state.raw<ImportPreview | null>(null);
  /** What it would do; null while it is counted. */
  report = $state.raw<ImportReport | null>(null);
  progress = $state.raw<ImportProgress | null>(null);
  /** What it did, and by what it can be undone. */
  done = $state.raw<{ import: ImportId; report: ImportReport } | null>(null);
  undone = $state.raw<UndoneImport | null>(null);
  past = $state.raw<PastImport[]>([]);
  cancelled = $state(false);
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

  /** Reads it otherwise: another sheet, encoding or zone. The columns are found anew. */
  read(change: Partial<ImportReading>): Promise<void> {
    const columns = 'zone' in change ? {} : { mapping: undefined };
    this.reading = { ...this.reading, ...columns, ...change };
    return this.#look();
  }

  /** What a column tells, from now on. No two columns tell the same. */
  tell(column: number, field: RecordField | null): Promise<void> {
    const fields = this.preview?.columns.map((known) => known.field) ?? [];
    const mapping = fields.map((known, at) => {
      if (at === column) return field;
      return known === field ? null : known;
    });
    this.reading = { ...this.reading, mapping };
    return this.#look();
  }

  async takeIn(): Promise<void> {
    const file = this.staged?.file;
    if (!file) return;
    this.step = 'running';
    this.progress = null;
    this.#turn += 1;
    await this.#run(async () => {
      const outcome = await this.#host.mutate('RunImport', { file, reading: this.reading });
      this.cancelled = outcome.outcome === 'cancelled';
      if (outcome.outcome === 'done') {
        this.done = { import: outcome.import, report: outcome.report };
        this.step = 'done';
      }
    });
    if (this.step === 'running') this.step = 'look';
  }

  async cancel(): Promise<void> {
    const file = this.staged?.file;
    if (file) await this.#host.mutate('CancelImport', { file }).catch(() => undefined);
  }

  undo(which: ImportId): Promise<void> {
    return this.#run(async () => {
      this.progress = null;
      this.undone = await this.#host.mutate('UndoImport', { import: which });
      this.step = 'undone';
    });
  }

  showPast(): Promise<void> {
    return this.#run(async () => {
      this.past = (await this.#host.query('ImportsQuery', {})).imports;
      this.step = 'past';
    });
  }

  /** Begins from the beginning. */
  again(): void {
    this.#letGo();
    this.step = 'choose';
    this.preview = this.report = this.done = this.undone = this.trouble = this.progress = null;
    this.cancelled = false;
  }

  /** Saves the rows that can't be taken. */
  saveRejected(): Promise<void> {
    return this.#run(async () => {
      const file = this.staged?.file;
      if (file) await this.#host.saveRejected(file, $state.snapshot(this.reading));
    });
  }

  async #begin(staged: StagedFile): Promise<void> {
    this.again();
    this.staged = staged;
    this.reading = {};
    await this.#ask();
  }

  #look(): Promise<void> {
    return this.#run(() => this.#ask());
  }

  /** The first rows come at once; what all of them would do is counted meanwhile. */
  async #ask(): Promise<void> {
    const file = this.staged?.file;
    if (!file) return;
    const turn = ++this.#turn;
    this.report = this.progress = null;
    this.cancelled = false;
    const preview = await this.#host.query('PreviewImport', { file, reading: this.reading });
    if (turn !== this.#turn) return;
    this.preview = preview;
    this.step = 'look';
    if (!preview.usable) return;
    const counted = this.#host.query('RehearseImport', { file, reading: this.reading });
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
    const { progress } = event;
    if (progress.file === null || progress.file === this.staged?.file) this.progress = progress;
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
