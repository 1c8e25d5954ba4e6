import { beforeEach, describe, expect, it } from 'vitest';
import { stubHost } from '../host/stub';
import { firstDesk } from '../host/fake/desk';
import type { Undone } from '../wire';
import { Clock } from './clock.svelte';
import { Deleting } from './deleting.svelte';
import { Desk } from './desk.svelte';
import { Log } from './log.svelte';

describe('a deletion', () => {
  let now = 0;
  let outcome: Undone = { outcome: 'restored', calls: 3 };
  beforeEach(() => {
    now = 1_000;
    outcome = { outcome: 'restored', calls: 3 };
  });

  async function deleted() {
    const deletion = { id: 7, calls: 3, undo_until: 11_000, erasure: false };
    const stub = stubHost({
      DeskQuery: () => ({ ...firstDesk(new Set(), now), deletion: null }),
      CallsQuery: () => ({ rows: [], total: 0, more: false }),
      DeleteCalls: () => deletion,
      UndoDeletion: () => outcome,
    });
    const desk = new Desk(stub.host, new Clock(() => now));
    await desk.load();
    const log = new Log(stub.host, () => now);
    const deleting = new Deleting(stub.host, desk, log, () => now);
    log.picked.add(['c1', 'c2', 'c3']);
    await deleting.delete(log.picked.selection());
    return { ...stub, deleting, log };
  }

  it('can be undone in another mode too, whose deletions count from one again', async () => {
    const { deleting } = await deleted();
    await deleting.undo();
    expect(deleting.last).toBeNull();
    deleting.reset();
    expect(deleting.last?.id).toBe(7);
  });

  it('can be undone for a moment, and lets go of what was picked', async () => {
    const { deleting, log, argsOf } = await deleted();
    expect(argsOf('DeleteCalls')).toEqual([{ selection: { these: 'calls', calls: ['c1', 'c2', 'c3'] } }]);
    expect(log.picked.any).toBe(false);
    expect(deleting.last?.calls).toBe(3);
    now = 11_000;
    expect(deleting.last).toBeNull();
  });

  it('is gone from the bar once it is undone', async () => {
    const { deleting, argsOf } = await deleted();
    await deleting.undo();
    expect(argsOf('UndoDeletion')).toEqual([{ deletion: 7 }]);
    expect([deleting.last, deleting.tooLate]).toEqual([null, false]);
  });

  it('says so when an undo came too late', async () => {
    outcome = { outcome: 'too_late' };
    const { deleting } = await deleted();
    await deleting.undo();
    expect(deleting.tooLate).toBe(true);
    deleting.dismiss();
    expect(deleting.tooLate).toBe(false);
  });
});
