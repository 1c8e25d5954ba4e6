import { describe, expect, it } from 'vitest';
import { workKey, type WorkKey } from './keys';

const held = { ctrlKey: false, metaKey: false, altKey: false, repeat: false };
const within = (where: string) => ({
  closest: (selector: string) => (selector.includes(where) ? {} : null),
});

function press(key: string, change: Partial<Parameters<typeof workKey>[0]> = {}) {
  return workKey({ ...held, key, code: `Key${key.toUpperCase()}`, target: within('nothing'), ...change });
}

describe('while a list is worked', () => {
  it.each<[string, WorkKey | null]>([
    ['Enter', 'dial'],
    ['Escape', 'escape'],
    ['s', 'skip'],
    ['l', 'later'],
    ['b', 'back'],
    ['p', 'pause'],
    ['4', { outcome: '4' }],
    ['0', null],
    ['x', null],
  ])('%s asks for %s', (key, asked) => expect(press(key)).toEqual(asked));

  it('a letter is known by its place, whatever an input method makes of it', () => {
    expect(press('Process', { code: 'KeyS' })).toBe('skip');
  });

  it.each([
    ['a key that is held down', 'Enter', { repeat: true }],
    ['a shortcut', 's', { ctrlKey: true }],
    ['a digit that is written', '4', { target: within('textarea') }],
    ['Enter on a button', 'Enter', { target: within('button') }],
  ] as const)('%s asks for nothing', (_, key, change) => expect(press(key, change)).toBeNull());

  it('a digit chooses even while a button has the keyboard', () => {
    expect(press('2', { target: within('button') })).toEqual({ outcome: '2' });
  });
});
