import { expect, it } from 'vitest';
import { fieldOfInstant, instantOfField, secondsOf } from './by-hand';

it.each([
  ['192', 192],
  [' 3:12 ', 192],
  ['3：12', 192],
  ['1:03:12', 3792],
  ['3分12秒', 192],
  ['5分钟', 300],
  ['1 h 2 m', 3720],
  ['', null],
  ['long', null],
  ['3:1', null],
])('reads %j as %j seconds', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});

it('fills a field with an instant to the minute and reads it', () => {
  const at = new Date(2026, 10, 27, 9, 5).getTime();
  expect(fieldOfInstant(at)).toBe('2026-11-27T09:05');
  expect(instantOfField('2026-11-27T09:05')).toBe(at);
  expect(instantOfField('')).toBeNull();
});
