import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import { Copying } from './copying.svelte';

const NUMBER = '13922104471';

describe('a number that is copied', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function open(replies: Parameters<typeof stubHost>[0] = {}) {
    const stub = stubHost({
      copyNumber: () => ({ for_ms: 60_000 }),
      clearCopied: () => ({ outcome: 'cleared' }),
      ...replies,
    });
    return { ...stub, copying: new Copying(stub.host, () => 1_000) };
  }

  it('is asked about first', async () => {
    const { copying, count } = open();
    copying.ask(NUMBER);
    expect(copying.asked).toBe(NUMBER);
    copying.dismiss();
    await copying.copy();
    expect(count('copyNumber')).toBe(0);
  });

  it('lies in the clipboard for a minute', async () => {
    const { copying, count, argsOf } = open();
    copying.ask(NUMBER);
    await copying.copy();
    expect(argsOf('copyNumber')).toEqual([NUMBER]);
    expect([copying.asked, copying.lying, copying.until]).toEqual([null, 'number', 61_000]);
    await vi.advanceTimersByTimeAsync(59_999);
    expect(count('clearCopied')).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(count('clearCopied')).toBe(1);
    expect(copying.lying).toBeNull();
  });

  it('begins a minute anew when another one is copied', async () => {
    const { copying, count } = open();
    copying.ask(NUMBER);
    await copying.copy();
    await vi.advanceTimersByTimeAsync(40_000);
    copying.ask('02155508842');
    await copying.copy();
    await vi.advanceTimersByTimeAsync(40_000);
    expect(count('clearCopied')).toBe(0);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(count('clearCopied')).toBe(1);
  });

  it('is told of where nobody may look whether it is still there', async () => {
    const { copying } = open({ clearCopied: () => ({ outcome: 'unknown' }) });
    copying.ask(NUMBER);
    await copying.copy();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(copying.lying).toBe('unknown');
    copying.forget();
    expect(copying.lying).toBeNull();
  });

  it('stays asked about where it could not be copied', async () => {
    const refuse = () => {
      throw new Trouble('not_here');
    };
    const { copying } = open({ copyNumber: refuse });
    copying.ask(NUMBER);
    await copying.copy();
    expect(copying.asked).toBe(NUMBER);
    expect(copying.doing.trouble?.code).toBe('not_here');
    expect(copying.lying).toBeNull();
  });
});
