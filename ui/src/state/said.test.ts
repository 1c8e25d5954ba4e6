import { expect, it, vi } from 'vitest';
import { held, stubHost } from '../host/stub';
import type { ReadInstant, TimeRead } from '../wire';
import { Said } from './said.svelte';

function time(at: number, past = false): ReadInstant {
  return { at, meant: { local: '2026-12-03T09:30', offset_minutes: 480 }, past, hour_assumed: false };
}

function desk(read: (text: string) => TimeRead | Promise<TimeRead>) {
  const stub = stubHost({ ReadTime: ({ text }: { text: string }) => read(text) });
  return { ...stub, said: new Said(stub.host) };
}

it('takes nothing for a time before it was read as it stands', async () => {
  const { said } = desk(() => ({ times: [time(5)], flaw: null }));
  said.type('周四上午十点');
  expect(said.picked).toBeNull();
  await said.look();
  expect(said.picked?.at).toBe(5);
  said.type('周四上午十一点');
  expect(said.picked, 'of another text').toBeNull();
});

it('reads a moment after the last key', async () => {
  vi.useFakeTimers();
  const { said, argsOf } = desk(() => ({ times: [time(5)], flaw: null }));
  for (const text of ['明', '明天', '明天3点']) said.type(text);
  await vi.advanceTimersByTimeAsync(200);
  expect(argsOf('ReadTime')).toMatchObject([{ text: '明天3点', zone: { name: expect.any(String) } }]);
  vi.useRealTimers();
});

it('drops an answer to what was written before', async () => {
  const slow = held<TimeRead>();
  const { said } = desk((text) => (text === 'a' ? slow.promise : { times: [time(7)], flaw: null }));
  said.type('a');
  const first = said.look();
  said.type('b');
  await said.look();
  slow.resolve({ times: [time(5)], flaw: null });
  await first;
  expect(said.picked?.at).toBe(7);
});

it('lets one of several be chosen, and never one that is over', async () => {
  const { said } = desk((text) => ({
    times: text === 'past' ? [time(1, true)] : [time(15), time(3)],
    flaw: null,
  }));
  said.type('3点');
  await said.look();
  said.choice = 1;
  expect(said.picked?.at).toBe(3);
  said.type('past');
  await said.look();
  expect([said.read?.times.length, said.picked]).toEqual([1, null]);
});
