import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FirstDigit } from './first-digit';

describe('a digit where outcomes are asked for', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function open() {
    const seen: string[] = [];
    const first = new FirstDigit((digits) => seen.push(`typed ${digits}`));
    const press = (digit: string) => first.press(digit, () => seen.push(`chose ${digit}`));
    return { seen, first, press };
  }

  it('chooses if no other follows', () => {
    const { seen, press } = open();
    press('2');
    expect(seen).toEqual([]);
    vi.advanceTimersByTime(600);
    expect(seen).toEqual(['chose 2']);
  });

  it('begins a number if another follows soon, and chooses nothing', () => {
    const { seen, press } = open();
    press('1');
    vi.advanceTimersByTime(599);
    press('3');
    vi.advanceTimersByTime(2_000);
    expect(seen).toEqual(['typed 13']);
  });

  it('begins a number at once where it chooses nothing', () => {
    const { seen, first } = open();
    first.press('0', null);
    expect(seen).toEqual(['typed 0']);
  });

  it('chooses when the card goes before the moment is over', () => {
    const { seen, first, press } = open();
    press('4');
    first.settle();
    vi.advanceTimersByTime(600);
    expect(seen).toEqual(['chose 4']);
  });
});
