import { expect, it, vi } from 'vitest';
import { isWriting, shutDialogs } from './writing';

const at = (fits: boolean, value: string) => ({ matches: () => fits, value });

it.each([
  ['nothing', null, null, false],
  ['an open dialog', {}, null, true],
  ['a field with something in it', null, at(true, '续约'), true],
  ['an empty field', null, at(true, ''), false],
  ['a button', null, at(false, '1'), false],
])('%s', (_, dialog, activeElement, expected) => {
  expect(isWriting({ querySelector: () => dialog, activeElement })).toBe(expected);
});

it('is not there without a page', () => {
  expect(isWriting()).toBe(false);
});

it('lets each dialog end as its own Esc does', () => {
  const [one, other] = [new EventTarget(), new EventTarget()];
  const ended = vi.fn();
  one.addEventListener('cancel', ended);
  other.addEventListener('cancel', ended);
  const querySelectorAll = vi.fn(() => [one, other]);
  shutDialogs({ querySelectorAll } as never);
  expect([ended.mock.calls.length, querySelectorAll.mock.calls]).toEqual([2, [['dialog[open]']]]);
});
