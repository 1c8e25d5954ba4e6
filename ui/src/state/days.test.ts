import { expect, it } from 'vitest';
import { dayOfField, dayStart, fieldOfDay, rangeOf } from './days';

const NOW = new Date(2026, 10, 27, 14, 7).getTime();
const at = (month: number, day: number) => new Date(2026, month - 1, day).getTime();

it.each([
  ['today', at(11, 27), at(11, 28)],
  ['yesterday', at(11, 26), at(11, 27)],
  ['week', at(11, 21), at(11, 28)],
  ['month', at(10, 29), at(11, 28)],
  ['this_month', at(11, 1), at(11, 28)],
] as const)('%s reaches from midnight to midnight', (days, since, until) => {
  expect(rangeOf(days, NOW)).toEqual([since, until]);
});

it('reads a date field and fills it', () => {
  expect(dayOfField('2026-11-27')).toBe(dayStart(NOW));
  expect(fieldOfDay(NOW)).toBe('2026-11-27');
  expect([dayOfField(''), dayOfField('27.11.2026')]).toEqual([null, null]);
});
