import type { ClearedClipboard, CopiedNumber } from '../wire';
import { Trouble } from './trouble';

/** How long a number lies in a browser's clipboard. */
export const COPIED_FOR_MS = 60_000;

/** The part of a browser's clipboard that is used, so that a test can play it. */
type Board = Pick<Clipboard, 'writeText' | 'readText'>;

/** A browser's clipboard, for one number at a time. */
export class PageClipboard {
  readonly #board: () => Board | undefined;
  #number: string | null = null;

  constructor(board: () => Board | undefined = () => globalThis.navigator?.clipboard) {
    this.#board = board;
  }

  async copy(number: string): Promise<CopiedNumber> {
    const written = this.#board()?.writeText(number);
    if (!written) throw new Trouble('not_here');
    await written.catch(() => {
      throw new Trouble('not_here');
    });
    this.#number = number;
    return { for_ms: COPIED_FOR_MS };
  }

  /** A browser lets a page look only while it is in front, and only if the user allowed it. */
  async clear(): Promise<ClearedClipboard> {
    if (this.#number === null) return { outcome: 'other' };
    const board = this.#board();
    const held = await board?.readText().catch(() => null);
    if (!board || typeof held !== 'string') return { outcome: 'unknown' };
    const mine = held === this.#number;
    this.#number = null;
    if (!mine) return { outcome: 'other' };
    return board.writeText('').then(
      () => ({ outcome: 'cleared' }),
      () => ({ outcome: 'unknown' }),
    );
  }
}
