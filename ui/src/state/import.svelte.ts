import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { ImportReport } from '../wire';

export const MOST_BYTES = 64 * 1024 * 1024;

/** A file on its way into the log: read, shown as what it would do, then taken in. */
export class Import {
  name = $state('');
  busy = $state(false);
  tooLarge = $state(false);
  /** What it would do; null until a file is read. */
  preview = $state.raw<ImportReport | null>(null);
  /** What it did. */
  done = $state.raw<ImportReport | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  #content = '';
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async read(file: File): Promise<void> {
    this.preview = this.done = this.trouble = null;
    this.tooLarge = file.size > MOST_BYTES;
    if (this.tooLarge) return;
    this.name = file.name;
    await this.#run(async () => {
      this.#content = await base64(file);
      this.preview = await this.#send(true);
    });
  }

  async takeIn(): Promise<void> {
    await this.#run(async () => {
      this.done = await this.#send(false);
      this.#content = '';
    });
  }

  #send(dry_run: boolean): Promise<ImportReport> {
    return this.#host.mutate('ImportRecords', { name: this.name, content: this.#content, dry_run });
  }

  async #run(work: () => Promise<void>): Promise<void> {
    if (this.busy) return;
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

/** The reader encodes natively, which a loop over 64 MB of characters would not match. */
function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(reader.error);
    reader.onload = () => {
      const address = String(reader.result);
      resolve(address.slice(address.indexOf(',') + 1));
    };
    reader.readAsDataURL(file);
  });
}
