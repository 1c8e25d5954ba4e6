import { expect, it } from 'vitest';
import { EVERY, fitting, template, USUAL } from './columns';

const STANDING = 5.25;

it('shows what was chosen, in its order, where there is room', () => {
  expect(fitting(['number', 'status'], 60, STANDING)).toEqual(['number', 'status']);
  expect(fitting([], 60, STANDING)).toEqual(USUAL);
});

it.each([
  [64, EVERY],
  [55, ['status', 'number', 'start', 'length', 'outcome', 'note', 'recording', 'company']],
  [47, ['status', 'number', 'start', 'length', 'outcome', 'note', 'recording']],
  [40, ['status', 'number', 'start', 'length', 'outcome', 'recording']],
  [35, ['status', 'number', 'start', 'length', 'outcome']],
  [28, ['status', 'number', 'length', 'outcome']],
  [22, ['status', 'number', 'length']],
  [14, ['number']],
  [1, ['number']],
])('lets columns leave by priority at %d rem', (room, shown) => {
  expect(fitting(EVERY, room, STANDING)).toEqual(shown);
});

it('never lets the last column leave', () => {
  expect(fitting(['note'], 1, STANDING)).toEqual(['note']);
});

it('gives what is left to the note, or to the last column', () => {
  expect(template(['status', 'note', 'recording'])).toBe('var(--standing) minmax(6rem, 1fr) 4.25rem');
  expect(template(['status', 'start'])).toBe('var(--standing) minmax(5.75rem, 1fr)');
  expect(template(['number', 'status'])).toBe('minmax(8.25rem, 13rem) minmax(var(--standing), 1fr)');
});
