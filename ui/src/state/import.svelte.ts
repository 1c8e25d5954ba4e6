import type {
  ImportId,
  ImportPreview,
  ImportReading,
  ImportReport,
  PastImport,
  RecordField,
  UndoneImport,
} from '../wire';
import { SheetWork } from './sheet.svelte';

/** A file on its way into the log: chosen, looked at, taken in; and what was taken in before. */
export class Import extends SheetWork<RecordField, ImportReading, ImportPreview, ImportReport> {
  /** What it did, and by what it can be undone. */
  done = $state.raw<{ import: ImportId; report: ImportReport } | null>(null);
  undone = $state.raw<UndoneImport | null>(null);
  past = $state.raw<PastImport[]>([]);

  get rejected(): number {
    const report = this.done?.report ?? this.report;
    return report ? report.rows - report.new - report.merged - report.same : 0;
  }

  undo(which: ImportId): Promise<void> {
    return this.run(async () => {
      this.progress = null;
      this.undone = await this.host.mutate('UndoImport', { import: which });
      this.step = 'undone';
    });
  }

  showPast(): Promise<void> {
    return this.run(async () => {
      this.past = (await this.host.query('ImportsQuery', {})).imports;
      this.step = 'past';
    });
  }

  /** Saves the rows that can't be taken. */
  saveRejected(): Promise<void> {
    return this.run(async () => {
      if (this.staged) await this.host.saveRejected(this.staged.file, this.reading);
    });
  }

  override again(): void {
    super.again();
    this.done = this.undone = null;
  }

  protected ask(file: string): Promise<ImportPreview> {
    return this.host.query('PreviewImport', { file, reading: this.reading });
  }

  protected rehearse(file: string): Promise<ImportReport> {
    return this.host.query('RehearseImport', { file, reading: this.reading });
  }

  protected async write(file: string): Promise<boolean> {
    const outcome = await this.host.mutate('RunImport', { file, reading: this.reading });
    if (outcome.outcome === 'cancelled') return false;
    this.done = { import: outcome.import, report: outcome.report };
    return true;
  }

  protected keepsColumns(change: Partial<ImportReading>): boolean {
    return 'zone' in change;
  }
}
