import { troubleOf, type Trouble } from '../host/trouble';

/** One action of a form: whether it is under way, and what stood in its way. */
export class Doing {
  busy = $state(false);
  trouble = $state.raw<Trouble | null>(null);

  /** Runs it unless it runs already; tells whether it went well. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.trouble = null;
    try {
      await work();
      return true;
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
