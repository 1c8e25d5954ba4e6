import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Holding } from './holding.svelte';

describe('a number that is held', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function held(): Holding {
    const holding = new Holding();
    holding.press('row');
    vi.advanceTimersByTime(200);
    return holding;
  }

  it('is shown where it is held and nowhere else, until it is let go', () => {
    const holding = held();
    expect(holding.shows('row')).toBe(true);
    expect(holding.shows('detail')).toBe(false);
    expect(holding.release()).toBe(true);
    expect(holding.shows('row')).toBe(false);
  });

  it('is not shown by a click, which stays a click', () => {
    const holding = new Holding();
    holding.press('row');
    vi.advanceTimersByTime(150);
    expect(holding.release()).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(holding.shows('row')).toBe(false);
  });

  it('is hidden after five seconds, however long it is held', () => {
    const holding = held();
    vi.advanceTimersByTime(4_999);
    expect(holding.shows('row')).toBe(true);
    vi.advanceTimersByTime(1);
    expect(holding.shows('row')).toBe(false);
  });

  it('gives way to another one', () => {
    const holding = held();
    holding.press('detail');
    expect(holding.shows('row')).toBe(false);
    vi.advanceTimersByTime(200);
    expect(holding.shows('detail')).toBe(true);
  });

  it.each(['blur', 'pagehide', 'beforeprint', 'visibilitychange'])('is hidden at %s', (ending) => {
    const page = new EventTarget();
    const holding = held();
    const stop = holding.start(page);
    page.dispatchEvent(new Event(ending));
    expect(holding.shows('row')).toBe(false);
    stop();
    holding.press('row');
    vi.advanceTimersByTime(200);
    page.dispatchEvent(new Event(ending));
    expect(holding.shows('row')).toBe(true);
  });
});
