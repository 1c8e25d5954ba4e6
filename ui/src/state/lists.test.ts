import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import type { CallList, ListState } from '../wire';
import { Clock } from './clock.svelte';
import { Dialing } from './dialing.svelte';
import { Lists } from './lists.svelte';

function list(list: number, state: ListState = 'open'): CallList {
  return {
    ...{ list, name: `n${list}`, state, order: 'by_hand', countdown: 3, tries: 3 },
    ...{ apart_minutes: 120, script: null, made_at: 0 },
    figures: {
      ...{ leads: 1, open: 1, waiting: 0, called: 0, done: 0, skipped: 0, barred: 0 },
      ...{ dials: 0, connected: 0, talk_seconds: 0 },
    },
  };
}

function desk(replies: Record<string, (args: never) => unknown> = {}) {
  const stub = stubHost({
    ListsQuery: () => ({ lists: [list(3), list(2, 'paused'), list(1, 'archived')] }),
    WorkQuery: () => ({ list: list(3), lead: null, next: [], next_at: null, back: null, outcomes: [] }),
    ChangeList: () => list(3),
    RemoveList: () => ({ outcome: 'done' }),
    ...replies,
  });
  const clock = new Clock(() => 1_000);
  const dialing = new Dialing(stub.host, () => 1_000);
  return { ...stub, lists: new Lists(stub.host, dialing, clock) };
}

describe('the lists', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are unknown until they are read, and archived ones stand apart', async () => {
    const { lists } = desk();
    expect(lists.all).toBeNull();
    await lists.load();
    expect(lists.current.map((one) => one.list)).toEqual([3, 2]);
    expect(lists.archived.map((one) => one.list)).toEqual([1]);
  });

  it('stay as they were while the host is away', async () => {
    let away = false;
    const { lists } = desk({
      ListsQuery: () => (away ? Promise.reject(new Trouble('host_lost')) : { lists: [list(3)] }),
    });
    await lists.load();
    away = true;
    await lists.load();
    expect([lists.all?.length, lists.trouble?.code]).toEqual([1, 'host_lost']);
  });

  it('are read once for a burst of events, with the one that is worked', async () => {
    const { lists, count } = desk();
    lists.open(3);
    await vi.advanceTimersByTimeAsync(0);
    for (let i = 0; i < 5; i++) lists.hear({ event: 'lists_changed' });
    await vi.advanceTimersByTimeAsync(1000);
    expect([count('ListsQuery'), count('WorkQuery')]).toEqual([1, 2]);
  });

  it('lead back from a list that is removed', async () => {
    const { lists, argsOf } = desk();
    lists.open(3);
    await lists.remove(3);
    expect(lists.work).toBeNull();
    expect(argsOf('RemoveList')).toEqual([{ list: 3 }]);
  });

  it('lead back from a list that somebody removes elsewhere, and say so', async () => {
    let removed = false;
    const { lists } = desk({
      ListsQuery: () => ({ lists: removed ? [] : [list(3)] }),
      WorkQuery: () =>
        removed
          ? Promise.reject(new Trouble('not_found'))
          : { list: list(3), lead: null, next: [], next_at: null, back: null, outcomes: [] },
    });
    lists.open(3);
    await vi.advanceTimersByTimeAsync(0);
    removed = true;
    lists.hear({ event: 'lists_changed' });
    await vi.advanceTimersByTimeAsync(1000);
    expect([lists.work, lists.gone, lists.all]).toEqual([null, 'n3', []]);
    lists.open(4);
    expect(lists.gone).toBeNull();
  });

  it('know nothing of the real thing in practice', async () => {
    const { lists } = desk();
    await lists.load();
    lists.open(3);
    lists.reset();
    expect([lists.all, lists.work]).toEqual([null, null]);
  });
});
