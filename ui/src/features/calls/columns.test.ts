import { expect, it } from 'vitest';
import { EVERY, fitting, template, USUAL } from './columns';

const CHINESE = { standing: 5.25, outcome: 4.25 };
const ENGLISH = { standing: 6.375, outcome: 6.375 };

it('shows what was chosen, in its order, where there is room', () => {
  expect(fitting(['number', 'status'], 60, CHINESE)).toEqual(['number', 'status']);
  expect(fitting([], 60, CHINESE)).toEqual(USUAL);
});

it.each([
  [64, EVERY],
  [56, ['status', 'number', 'start', 'length', 'outcome', 'note', 'recording', 'company']],
  [48, ['status', 'number', 'start', 'length', 'outcome', 'note', 'recording']],
  [41, ['status', 'number', 'start', 'length', 'outcome', 'recording']],
  [36, ['status', 'number', 'start', 'length', 'outcome']],
  [29, ['status', 'number', 'length', 'outcome']],
  [24, ['status', 'number', 'length']],
  [14, ['number']],
  [1, ['number']],
])('lets columns leave by priority at %d rem', (room, shown) => {
  expect(fitting(EVERY, room, CHINESE)).toEqual(shown);
});

it('leaves a name its room where words are long', () => {
  expect(fitting([], 39, ENGLISH)).toEqual(['status', 'number', 'start', 'length', 'outcome']);
  expect(fitting([], 38, ENGLISH)).toEqual(['status', 'number', 'length', 'outcome']);
});

it('never lets the last column leave', () => {
  expect(fitting(['note'], 1, CHINESE)).toEqual(['note']);
});

it('gives what is left to the note, or to the last column', () => {
  expect(template(['status', 'note', 'recording'])).toBe('var(--standing) minmax(6rem, 1fr) 4.25rem');
  expect(template(['status', 'start'])).toBe('var(--standing) minmax(5.75rem, 1fr)');
  expect(template(['number', 'status'])).toBe('minmax(10.5rem, 13rem) minmax(var(--standing), 1fr)');
});
