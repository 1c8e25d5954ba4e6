import { describe, expect, it } from 'vitest';
import { stubHost } from '../host/stub';
import { Backup } from './backup.svelte';

const HOLDS = { made_at: 1, version: '0.1.0', calls: 3, recordings: 2, missing: 0 };

function setUp(replies: Record<string, () => unknown>) {
  const stub = stubHost(replies);
  return { ...stub, backup: new Backup(stub.host) };
}

describe('a backup', () => {
  it('is told of once it lies there, and a dialog that was closed is not', async () => {
    let answer: unknown = { outcome: 'cancelled' };
    const { backup } = setUp({ BackUp: () => answer });
    await backup.make();
    expect(backup.made).toBeNull();
    answer = { outcome: 'saved', path: '/b.zip', bytes: 9, holds: HOLDS };
    await backup.make();
    expect(backup.made).toEqual(answer);
  });

  it('is restored only after it was shown and confirmed', async () => {
    const { backup, count } = setUp({
      ChooseBackup: () => ({ outcome: 'chosen', path: '/b.zip', holds: HOLDS }),
      RestoreBackup: () => ({ outcome: 'ready', holds: HOLDS }),
    });
    await backup.choose();
    expect([backup.chosen?.holds, count('RestoreBackup')]).toEqual([HOLDS, 0]);
    await backup.restore();
    expect([backup.chosen, backup.restored?.outcome]).toEqual([null, 'ready']);
  });

  it('stays on the question when it can not be restored', async () => {
    const { backup } = setUp({
      ChooseBackup: () => ({ outcome: 'chosen', path: '/b.zip', holds: HOLDS }),
      RestoreBackup: () => Promise.reject({ code: 'unreadable_file', message: '' }),
    });
    await backup.choose();
    await backup.restore();
    expect([backup.job.trouble?.code, backup.restored]).toEqual(['unreadable_file', null]);
    expect(backup.chosen).not.toBeNull();
  });
});
