import { expect, it } from 'vitest';
import type { ListFigures } from '../../wire';
import { ahead, rate, touched } from './figures';

const NONE: ListFigures = {
  ...{ leads: 480, open: 354, waiting: 20, called: 0, done: 100, skipped: 4, barred: 2 },
  ...{ dials: 0, connected: 0, talk_seconds: 0 },
};

it('counts whoever had a turn, and those who will never have one', () => {
  expect(touched(NONE)).toBe(126);
});

it('has no rate before the first dial', () => {
  expect(rate(NONE)).toBeNull();
  expect(rate({ ...NONE, dials: 131, connected: 58 })).toBe(44);
});

it('counts as ahead neither the one that is shown nor, as if it were next, one that waits', () => {
  expect(ahead(NONE, 'open')).toEqual({ open: 353, waiting: 20 });
  expect(ahead(NONE, 'waiting')).toEqual({ open: 354, waiting: 19 });
  expect(ahead(NONE, 'called')).toEqual({ open: 354, waiting: 20 });
  expect(ahead(NONE)).toEqual({ open: 354, waiting: 20 });
});
