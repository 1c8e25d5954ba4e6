import { troubleOf, type Trouble } from '../host/trouble';

interface Change {
  of: string | null;
  save: () => Promise<unknown>;
  done: (saved: boolean) => void;
}

/**
 * Saving as one goes: changes are saved one after the other, and none is dropped because another is
 * on its way.
 */
export class Keeping {
  /** What stood in the way of a change since the last time that none was on its way. */
  trouble = $state.raw<Trouble | null>(null);
  #waiting: Change[] = [];
  #running = false;

  /**
   * Saves after what was changed before. Of changes that wait and are of the same thing only the latest
   * is saved. Tells whether this very change was.
   */
  run(save: () => Promise<unknown>, of: string | null = null): Promise<boolean> {
    return new Promise((done) => {
      const passed = of === null ? -1 : this.#waiting.findIndex((change) => change.of === of);
      if (passed >= 0) this.#waiting.splice(passed, 1).forEach((change) => change.done(false));
      this.#waiting.push({ of, save, done });
      if (!this.#running) void this.#saveAll();
    });
  }

  async #saveAll(): Promise<void> {
    this.#running = true;
    this.trouble = null;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      next.done(await this.#saved(next.save));
    }
    this.#running = false;
  }

  async #saved(save: () => Promise<unknown>): Promise<boolean> {
    try {
      await save();
      return true;
    } catch (thrown) {
      this.trouble = troubleOf(thrown);
      return false;
    }
  }
}
