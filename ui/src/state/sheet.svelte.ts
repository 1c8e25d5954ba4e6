import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { Event, ImportProgress, RejectedRow, SheetKind, StagedFile } from '../wire';

export type Step = 'choose' | 'look' | 'running' | 'done' | 'undone' | 'past';

/** How a sheet is read, where the user knows better than the engine. */
export interface HowRead<Field> {
  sheet?: string;
  encoding?: string;
  delimiter?: string;
  mapping?: (Field | null)[];
}

/** A sheet as it would be read, whatever its rows tell. */
export interface Previewed<Field> {
  name: string;
  form: SheetKind;
  encoding: string | null;
  sheets: string[];
  sheet: string | null;
  /** The zone of its times, where its rows have any. */
  zone?: string;
  columns: { header: string; field: Field | null; sample: string }[];
  remembered: boolean;
  usable: boolean;
}

/** What would become of its rows. */
export interface Counted {
  rows: number;
  rejected: RejectedRow[];
}

/** A file on its way in, whatever its rows tell: chosen, looked at, taken in. */
export abstract class SheetWork<
  Field extends string = string,
  Reading extends HowRead<Field> = HowRead<Field>,
  Preview extends Previewed<Field> = Previewed<Field>,
  Report extends Counted = Counted,
> {
  step = $state<Step>('choose');
  busy = $state(false);
  staged = $state.raw<StagedFile | null>(null);
  /** How it is read, where the user knows better. */
  reading = $state.raw<Reading>({} as Reading);
  preview = $state.raw<Preview | null>(null);
  /** What it would do; null while it is counted. */
  report = $state.raw<Report | null>(null);
  progress = $state.raw<ImportProgress | null>(null);
  cancelled = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  protected readonly host: Host;
  /** Answers to former questions are passed over. */
  #turn = 0;

  constructor(host: Host) {
    this.host = host;
  }

  /** Rows that would not be taken, or were not. */
  abstract get rejected(): number;

  /** Listens until the returned function is called, which lets go of the file too. */
  start(): () => void {
    const stop = this.host.onEvent((event) => this.#hear(event));
    return () => {
      stop();
      this.#letGo();
    };
  }

  /** Lets the user choose a file in the system's own dialog. */
  choose(): Promise<void> {
    return this.run(async () => {
      const chosen = await this.host.trigger('ChooseImportFile', {});
      if (chosen.outcome === 'chosen') await this.#begin(chosen.staged);
    });
  }

  /** Takes a file that the user chose in the page. */
  take(file: File): Promise<void> {
    return this.run(async () => this.#begin(await this.host.handOver(file)));
  }

  /** Reads it otherwise: what changes its columns has them found anew. */
  read(change: Partial<Reading>): Promise<void> {
    const columns = this.keepsColumns(change) ? {} : { mapping: undefined };
    this.reading = { ...this.reading, ...columns, ...change };
    return this.look();
  }

  /** What a column tells, from now on. No two columns tell the same, but where they may. */
  tell(column: number, field: Field | null): Promise<void> {
    const fields = this.preview?.columns.map((known) => known.field) ?? [];
    const mapping = fields.map((known, at) => {
      if (at === column) return field;
      return known === field && !this.mayRepeat(field) ? null : known;
    });
    this.reading = { ...this.reading, mapping };
    return this.look();
  }

  async takeIn(): Promise<void> {
    const file = this.staged?.file;
    if (!file) return;
    this.step = 'running';
    this.progress = null;
    this.#turn += 1;
    await this.run(async () => {
      this.cancelled = !(await this.write(file));
      if (!this.cancelled) this.step = 'done';
    });
    if (this.step === 'running') this.step = 'look';
  }

  async cancel(): Promise<void> {
    const file = this.staged?.file;
    if (file) await this.host.mutate('CancelImport', { file }).catch(() => undefined);
  }

  /** Begins from the beginning. */
  again(): void {
    this.#letGo();
    this.step = 'choose';
    this.preview = this.report = this.trouble = this.progress = null;
    this.cancelled = false;
  }

  protected abstract ask(file: string): Promise<Preview>;
  protected abstract rehearse(file: string): Promise<Report>;
  /** Takes it in; tells whether it came to its end. */
  protected abstract write(file: string): Promise<boolean>;
  /** Whether the columns stay what they were, for all that is read otherwise. */
  protected abstract keepsColumns(change: Partial<Reading>): boolean;

  protected mayRepeat(field: Field | null): boolean {
    return field === null;
  }

  /** Asks again, after it is read otherwise. */
  protected look(): Promise<void> {
    return this.run(() => this.#ask());
  }

  protected async run(work: () => Promise<void>): Promise<void> {
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

  async #begin(staged: StagedFile): Promise<void> {
    this.again();
    this.staged = staged;
    this.reading = {} as Reading;
    await this.#ask();
  }

  /** The first rows come at once; what all of them would do is counted meanwhile. */
  async #ask(): Promise<void> {
    const file = this.staged?.file;
    if (!file) return;
    const turn = ++this.#turn;
    this.report = this.progress = null;
    this.cancelled = false;
    const preview = await this.ask(file);
    if (turn !== this.#turn) return;
    this.preview = preview;
    this.step = 'look';
    if (!preview.usable) return;
    void this.rehearse(file).then(
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
    if (file) void this.host.mutate('CloseImport', { file }).catch(() => undefined);
  }
}
