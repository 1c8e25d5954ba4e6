import { expect, it, vi } from 'vitest';
import { aRow, held, stubHost } from '../host/stub';
import type { CallRow } from '../wire';
import { Note } from './note.svelte';

it('saves a moment after the last key, once', async () => {
  vi.useFakeTimers();
  const { host, argsOf } = stubHost({ SetNote: ({ note }: { note: string }) => aRow({ note }) });
  const note = new Note(host, aRow());
  note.write('要');
  note.write('要两吨');
  expect(note.state).toBe('dirty');
  await vi.advanceTimersByTimeAsync(700);
  expect(argsOf('SetNote')).toEqual([{ call: 'call-1', note: '要两吨' }]);
  expect(note.state).toBe('saved');
  vi.useRealTimers();
});

it('is pending while it saves, and stays dirty if a key came meanwhile', async () => {
  const answer = held<CallRow>();
  const { host } = stubHost({ SetNote: () => answer.promise });
  const note = new Note(host, aRow());
  note.write('a');
  const saving = note.save();
  expect(note.state).toBe('saving');
  note.write('ab');
  answer.resolve(aRow({ note: 'a' }));
  await saving;
  expect(note.state).toBe('dirty');
  expect(note.text).toBe('ab');
});

it('saves nothing that was not changed', async () => {
  const { host, count } = stubHost({});
  await new Note(host, aRow({ note: 'old' })).save();
  expect(count('SetNote')).toBe(0);
});

it('keeps what could not be saved, and saves it later', async () => {
  let broken = true;
  const { host } = stubHost({ SetNote: () => (broken ? Promise.reject(new Error()) : aRow()) });
  const note = new Note(host, aRow());
  note.write('keep me');
  await note.save();
  expect([note.state, note.text]).toEqual(['failed', 'keep me']);
  broken = false;
  await note.save();
  expect(note.state).toBe('saved');
});

it('is never undone by a row that was on its way before the save', async () => {
  const { host } = stubHost({ SetNote: () => aRow({ note: 'new' }) });
  const note = new Note(host, aRow({ note: 'old' }));
  note.write('new');
  note.follow(aRow({ note: 'elsewhere' }));
  expect(note.text).toBe('new');
  await note.save();
  note.follow(aRow({ note: 'elsewhere' }));
  expect(note.text).toBe('new');
  note.follow(aRow({ note: 'newer' }));
  expect(note.text).toBe('newer');
});
