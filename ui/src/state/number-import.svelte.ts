import type { DoNotCallField, DoNotCallImported, DoNotCallPreview, DoNotCallReading } from '../wire';
import { SheetWork } from './sheet.svelte';

/** A sheet of numbers on its way onto the do-not-call table. */
export class NumberImport extends SheetWork<
  DoNotCallField,
  DoNotCallReading,
  DoNotCallPreview,
  DoNotCallImported
> {
  done = $state.raw<DoNotCallImported | null>(null);
  /** Why these numbers are not to be called. */
  reason = $state('');

  get rejected(): number {
    return this.report?.invalid ?? 0;
  }

  /** Whether everything is there that has to be. */
  get ready(): boolean {
    return !this.busy && this.preview?.usable === true && this.report?.new !== 0 && this.reason.trim() !== '';
  }

  /** Opens a list of hashes with the key that was told. */
  unlock(key: string): Promise<void> {
    this.reading = { ...this.reading, key };
    return this.look();
  }

  override async takeIn(): Promise<void> {
    if (this.ready) await super.takeIn();
  }

  override again(): void {
    super.again();
    this.done = null;
  }

  protected ask(file: string): Promise<DoNotCallPreview> {
    return this.host.query('PreviewDoNotCall', { file, reading: this.reading });
  }

  protected rehearse(file: string): Promise<DoNotCallImported> {
    return this.host.query('RehearseDoNotCall', { file, reading: this.reading });
  }

  /** It may be stopped; what is on the table by then stays there. */
  protected async write(file: string): Promise<boolean> {
    const request = { file, reading: this.reading, reason: this.reason.trim() };
    this.done = await this.host.mutate('ImportDoNotCall', request);
    return true;
  }

  protected keepsColumns(): boolean {
    return false;
  }
}
