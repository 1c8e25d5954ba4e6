import { expect, it } from 'vitest';
import { aRow } from '../host/stub';
import type { CallsQuery } from '../wire';
import { Filters } from './filters.svelte';

const NOW = new Date(2026, 10, 27, 14, 7).getTime();
const day = (n: number) => new Date(2026, 10, n).getTime();

it('asks what was set, and nothing else', () => {
  const filters = new Filters();
  expect(filters.query(NOW)).toEqual({ search: '' });
  expect([filters.any, filters.narrowing]).toEqual([false, []]);
  Object.assign(filters, { search: ' 王总 ', status: 'connected', least: 60, number: '13922104471' });
  [filters.from, filters.to] = ['2026-11-01', '2026-11-20'];
  expect(filters.query(NOW)).toEqual({
    search: '王总',
    status: 'connected',
    tel_b: '13922104471',
    min_duration: 60,
    since: day(1),
    until: day(21),
  });
  expect(filters.narrowing).toEqual(['number', 'days', 'status', 'duration']);
});

it('lifts one condition at a time', () => {
  const filters = new Filters();
  const customer = { customer: 7, name: '陈立', company: '' };
  Object.assign(filters, { days: 'today', least: 5, most: 9, own: '138', outcome: 3, list: 2, customer });
  filters.lift('outcome');
  filters.lift('list');
  filters.lift('customer');
  filters.lift('days');
  filters.lift('duration');
  expect(filters.query(NOW)).toEqual({ search: '', tel_a: '138' });
  filters.clear();
  expect(filters.any).toBe(false);
});

it('is called back as it was saved, its days moving with the calendar', () => {
  const filters = new Filters();
  const query = { search: 'yhwl', recording: 'saved', since: day(3), until: day(5) } as CallsQuery;
  filters.take({ id: 1, name: 'x', query, days: null });
  expect([filters.from, filters.to]).toEqual(['2026-11-03', '2026-11-04']);
  expect(filters.query(NOW)).toEqual(query);
  const others = { search: '', outcome: 3, list: 2, customer: 7 } as CallsQuery;
  filters.take({ id: 1, name: 'x', query: others, days: null });
  expect(filters.narrowing).toEqual(['customer', 'outcome', 'list']);
  expect(filters.query(NOW)).toEqual(others);
  filters.take({ id: 1, name: 'x', query, days: 'yesterday' });
  expect(filters.query(NOW)).toMatchObject({ since: day(26), until: day(27) });
});

it.each([
  [{ least: 60 }, { duration: 59 }, false],
  [{ least: 60 }, { duration: 60 }, true],
  [{ most: 60 }, { duration: null }, false],
  [{ own: '138' }, { tel_a: '139' }, false],
  [{ number: '139' }, { tel_b: '139' }, true],
  [{ outcome: 3 }, { outcome: { outcome: 3, name: '', word: null, colour: 'grey' } }, true],
  [{ outcome: 3 }, { outcome: null }, false],
  [{ customer: { customer: 7, name: '', company: '' } }, { customer: null }, false],
  [{ to: '2026-11-20' }, { at: day(21) }, false],
  [{ search: 'x' }, {}, undefined],
  [{ list: 2 }, {}, undefined],
] as const)('knows of a row that comes in whether it fits: %j, %j', (set, row, fits) => {
  const filters = Object.assign(new Filters(), set);
  expect(filters.fits(aRow({ at: day(20), ...row }), NOW)).toBe(fits);
});

it('writes days of the calendar as their first and last, which ask the same', () => {
  const filters = new Filters();
  filters.spellDays(NOW);
  expect(filters.narrowing).toEqual([]);
  filters.days = 'week';
  const asked = filters.query(NOW);
  filters.spellDays(NOW);
  expect([filters.days, filters.from, filters.to]).toEqual(['', '2026-11-21', '2026-11-27']);
  expect(filters.query(NOW)).toEqual(asked);
});
