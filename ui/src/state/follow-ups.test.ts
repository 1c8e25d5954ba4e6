import { describe, expect, it, vi } from 'vitest';
import { aWish } from '../host/fake/wishes';
import { held, stubHost } from '../host/stub';
import type { FollowUp, FollowUps as Answer, FollowUpKind, FollowUpRow, SectionName } from '../wire';
import { FollowUps } from './follow-ups.svelte';

const NOW = 1_000_000_000;
const NAMES: SectionName[] = ['overdue', 'today', 'next', 'later', 'done'];

function row(change: Partial<FollowUp> = {}): FollowUpRow {
  return { follow_up: { ...aWish(NOW), ...change }, customer: null };
}

function answer(sections: Partial<Record<SectionName, FollowUpRow[]>>, changes_at = NOW + 60_000): Answer {
  const due = sections.overdue?.length ?? 0;
  const shown = NAMES.map((name) => {
    const rows = sections[name] ?? [];
    return { name, total: rows.length, rows };
  });
  return { sections: shown, due, due_again: 0, changes_at };
}

function desk(reply: (kind: FollowUpKind) => Answer | Promise<Answer>) {
  const stub = stubHost({
    FollowUpsQuery: ({ kind }: { kind: FollowUpKind }) => reply(kind),
    FinishFollowUp: () => ({ kept: 'past' }),
    DropFollowUp: () => ({ kept: 'past' }),
    SnoozeFollowUp: () => ({ kept: 'past' }),
    ReopenFollowUp: ({ follow_up }: { follow_up: number }) => ({ kept: 'kept', row: row({ follow_up }) }),
  });
  return { ...stub, followUps: new FollowUps(stub.host) };
}

it('moves through all sections as one list, and stays at its ends', async () => {
  const [one, two, three] = [row(), row(), row()];
  const { followUps } = desk(() => answer({ overdue: [one], next: [two], later: [three] }));
  await followUps.load();
  const at = () => followUps.row?.follow_up.follow_up;
  followUps.move(1);
  expect(at()).toBe(one.follow_up.follow_up);
  followUps.move(1);
  followUps.move(10);
  expect(at()).toBe(three.follow_up.follow_up);
  followUps.move(-Infinity);
  expect(at()).toBe(one.follow_up.follow_up);
});

it('hands the choice on when the chosen one goes, and takes it back by undoing', async () => {
  const rows = [row(), row(), row()];
  let left = rows;
  const { followUps, argsOf } = desk(() => answer({ today: left }));
  await followUps.load();
  const [, middle, last] = rows;
  if (!middle || !last) throw new Error('there are three');
  followUps.chosen = middle.follow_up.follow_up;
  left = rows.filter((one) => one !== middle);
  await followUps.drop(middle);
  expect(followUps.chosen).toBe(last.follow_up.follow_up);
  expect(followUps.undo).toEqual({ row: middle, what: 'dropped' });
  left = rows;
  await followUps.reopen(middle);
  expect(argsOf('ReopenFollowUp')).toEqual([{ follow_up: middle.follow_up.follow_up }]);
  expect([followUps.chosen, followUps.undo]).toEqual([middle.follow_up.follow_up, null]);
});

describe('the strip', () => {
  it('shows what is due until it is put away, and again once it is due anew', async () => {
    const late = row({ due_at: NOW - 1 });
    let due = [late];
    const { followUps } = desk(() => answer({ overdue: due }));
    await followUps.load();
    expect(followUps.calling).toEqual([late]);
    followUps.hide();
    expect(followUps.callingTotal).toBe(0);
    await followUps.load();
    expect(followUps.calling).toEqual([]);
    due = [row({ ...late.follow_up, due_at: NOW + 600_000 })];
    await followUps.load();
    expect(followUps.callingTotal).toBe(1);
  });

  it('is not changed by the other kind being shown', async () => {
    const late = row();
    const { followUps } = desk((kind) => answer(kind === 'again' ? {} : { overdue: [late] }));
    followUps.turnTo('again');
    await vi.waitFor(() => expect(followUps.shown).not.toBeNull());
    expect(followUps.rows).toEqual([]);
    expect(followUps.calling).toEqual([late]);
  });
});

it('asks again when the clock comes to the next one, and not at each tick', async () => {
  const { followUps, count } = desk(() => answer({ today: [row()] }, NOW + 60_000));
  await followUps.load();
  followUps.follow(NOW + 59_999);
  expect(count('FollowUpsQuery')).toBe(1);
  followUps.follow(NOW + 60_000);
  followUps.follow(NOW + 61_000);
  expect(count('FollowUpsQuery')).toBe(2);
  // An engine whose clock is behind is asked again later.
  followUps.follow(NOW + 90_000);
  expect(count('FollowUpsQuery')).toBe(3);
});

it('asks again when follow-ups changed, and keeps the answer to the latest question', async () => {
  vi.useFakeTimers();
  const slow = held<Answer>();
  let first = true;
  const fresh = row();
  const { followUps } = desk(() => {
    if (!first) return answer({ today: [fresh] });
    first = false;
    return slow.promise;
  });
  void followUps.load();
  followUps.hear({ event: 'follow_ups_changed' });
  await vi.advanceTimersByTimeAsync(200);
  slow.resolve(answer({}));
  await vi.advanceTimersByTimeAsync(0);
  expect(followUps.rows).toEqual([fresh]);
  expect(followUps.version).toBe(1);
  vi.useRealTimers();
});
