import { expect, it } from 'vitest';
import type { CallsQuery } from '../wire';
import { Picked } from './picked.svelte';

const QUERY = { search: 'yhwl', order: 'time' } as CallsQuery;

it('picks some by name', () => {
  const picked = new Picked();
  picked.add(['a', 'b']);
  picked.flip('b');
  picked.flip('c');
  expect([picked.any, picked.count(900), picked.has('a'), picked.has('b')]).toEqual([true, 2, true, false]);
  expect(picked.selection()).toEqual({ these: 'calls', calls: ['a', 'c'] });
});

it('picks all that fits as a question, however many they are, but for some', () => {
  const picked = new Picked();
  picked.all(QUERY);
  picked.flip('b');
  picked.flip('c');
  picked.add(['c']);
  expect([picked.count(1_000_000), picked.has('a'), picked.has('b'), picked.has('c')]).toEqual([
    999_999,
    true,
    false,
    true,
  ]);
  expect(picked.selection()).toEqual({ these: 'fitting', query: QUERY, except: ['b'] });
});

it('lets go of everything', () => {
  const picked = new Picked();
  picked.all(QUERY);
  picked.flip('b');
  picked.clear();
  expect([picked.any, picked.has('b')]).toEqual([false, false]);
});
