import { describe, expect, it } from 'vitest';
import { PageClipboard } from './clipboard';

const NUMBER = '13922104471';

function open(look: 'allowed' | 'forbidden' = 'allowed') {
  const board = {
    text: '',
    writeText: async (text: string) => void (board.text = text),
    readText: async () => {
      if (look === 'forbidden') throw new DOMException('', 'NotAllowedError');
      return board.text;
    },
  };
  return { board, clipboard: new PageClipboard(() => board) };
}

describe('the browser’s clipboard', () => {
  it('is emptied of the number that was put there', async () => {
    const { board, clipboard } = open();
    await clipboard.copy(NUMBER);
    expect(board.text).toBe(NUMBER);
    expect(await clipboard.clear()).toEqual({ outcome: 'cleared' });
    expect(board.text).toBe('');
    expect(await clipboard.clear()).toEqual({ outcome: 'other' });
  });

  it('keeps whatever the user has copied since', async () => {
    const { board, clipboard } = open();
    await clipboard.copy(NUMBER);
    board.text = 'a recipe';
    expect(await clipboard.clear()).toEqual({ outcome: 'other' });
    expect(board.text).toBe('a recipe');
  });

  it('is left alone and told of where nobody may look', async () => {
    const { board, clipboard } = open('forbidden');
    await clipboard.copy(NUMBER);
    expect(await clipboard.clear()).toEqual({ outcome: 'unknown' });
    expect(board.text).toBe(NUMBER);
  });

  it('is not there at all outside of a secure page', async () => {
    const clipboard = new PageClipboard(() => undefined);
    await expect(clipboard.copy(NUMBER)).rejects.toMatchObject({ code: 'not_here' });
  });
});
