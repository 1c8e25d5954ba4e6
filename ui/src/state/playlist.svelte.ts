import type { CallId } from '../wire';
import type { Log } from './log.svelte';
import type { Player } from './player.svelte';

const PAGE = 200;
/** So many rows without a recording, and there is none near. */
const PAGES = 50;

type Step = 1 | -1;

/** The recordings of the log, in the order and within the filters that it has on screen. */
export class Playlist {
  /** Set where one asked for more: there is none before, or none after. */
  end = $state<'first' | 'last' | null>(null);
  #stepping = false;
  readonly #log: Log;
  readonly #player: Player;

  constructor(log: Log, player: Player) {
    this.#log = log;
    this.#player = player;
  }

  /** Goes to the next recording or the previous one. What is playing plays on. */
  async step(by: Step): Promise<void> {
    await this.#go(by, this.#player.playing);
  }

  /** Plays the next recording, since one has ended. */
  async playOn(): Promise<void> {
    await this.#go(1, true);
  }

  async #go(by: Step, play: boolean): Promise<void> {
    const from = this.#log.at;
    if (from < 0 || this.#stepping) return;
    this.#stepping = true;
    try {
      const found = await this.#find(from, by);
      // Whoever chose another call meanwhile has the last word.
      if (this.#log.at !== from) return;
      this.end = found ? null : by > 0 ? 'last' : 'first';
      if (!found) return;
      if (play) this.#player.playNext(found.call);
      this.#log.choose(found.at);
      // A row far from those on screen is not read yet.
      this.#log.chosen = found.call;
    } catch {
      // The list itself says that it can't be read.
    } finally {
      this.#stepping = false;
    }
  }

  async #find(from: number, by: Step): Promise<{ at: number; call: CallId } | null> {
    let at = from + by;
    for (let page = 0; page < PAGES; page++) {
      for (let row = this.#log.row(at); row; row = this.#log.row(at)) {
        if (row.recording === 'saved') return { at, call: row.call };
        at += by;
      }
      if (at < 0 || at >= this.#log.length) return null;
      const begin = by > 0 ? at : Math.max(0, at - PAGE + 1);
      const rows = await this.#log.peek(begin, by > 0 ? PAGE : at - begin + 1);
      if (rows.length === 0) return null;
      for (let row = rows[at - begin]; row; row = rows[at - begin]) {
        if (row.recording === 'saved') return { at, call: row.call };
        at += by;
      }
    }
    return null;
  }
}
