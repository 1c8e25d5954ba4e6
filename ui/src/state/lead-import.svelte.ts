import type { LeadField, LeadReading, LeadsPreview, LeadsReport, ListId } from '../wire';
import { SheetWork } from './sheet.svelte';

/** As long as a list's name may be. */
const LONGEST = 60;

/** A sheet of leads on its way to a list of its own. */
export class LeadImport extends SheetWork<LeadField, LeadReading, LeadsPreview, LeadsReport> {
  /** What the list will be called; the file's name until it is chosen. */
  name = $state('');
  /** The list that it became. */
  done = $state.raw<{ list: ListId; report: LeadsReport } | null>(null);
  #named = '';

  get rejected(): number {
    const report = this.done?.report ?? this.report;
    return report ? report.rows - report.taken : 0;
  }

  /** The list's name, if it is one. */
  get title(): string | null {
    const name = this.name.trim();
    return name !== '' && [...name].length <= LONGEST ? name : null;
  }

  /** Saves the rows that can't be taken. */
  saveRejected(): Promise<void> {
    return this.run(async () => {
      if (this.staged) await this.host.saveRejectedLeads(this.staged.file, this.reading);
    });
  }

  override again(): void {
    super.again();
    this.done = null;
    this.name = this.#named = '';
  }

  protected async ask(file: string): Promise<LeadsPreview> {
    const preview = await this.host.query('PreviewLeads', { file, reading: this.reading });
    const name = [...preview.name.replace(/\.[a-z]{3,6}$/i, '').trim()].slice(0, LONGEST).join('');
    // Whoever has chosen a name keeps it, however the sheet is read.
    if (this.name === this.#named) this.name = this.#named = name;
    return preview;
  }

  protected rehearse(file: string): Promise<LeadsReport> {
    return this.host.query('RehearseLeads', { file, reading: this.reading });
  }

  protected async write(file: string): Promise<boolean> {
    const name = this.title ?? this.#named;
    const outcome = await this.host.mutate('ImportLeads', { file, reading: this.reading, name });
    if (outcome.outcome === 'cancelled') return false;
    this.done = { list: outcome.list, report: outcome.report };
    return true;
  }

  protected keepsColumns(change: Partial<LeadReading>): boolean {
    return 'known' in change;
  }

  protected override mayRepeat(field: LeadField | null): boolean {
    return field === null || field === 'field';
  }
}
