import { describe, expect, it } from 'vitest';
import { scrollTo, stretchOf } from './stretch';

const [ROW, HEIGHT] = [38, 600];

describe('a list in its box', () => {
  it('is as tall as its rows, one pixel for one', () => {
    expect(stretchOf(12_000, ROW, HEIGHT)).toEqual({ tall: 456_000, ratio: 1 });
    expect(stretchOf(0, ROW, HEIGHT)).toEqual({ tall: 0, ratio: 1 });
  });

  it('stays within what a browser can draw, and its last row can be reached', () => {
    const { tall, ratio } = stretchOf(5_000_000, ROW, HEIGHT);
    expect(tall).toBeLessThan(17_000_000);
    const bottom = (tall - HEIGHT) * ratio;
    expect(bottom + HEIGHT).toBeCloseTo(5_000_000 * ROW, 0);
  });

  it.each([100, 2_000_000])('of %d rows scrolls no further than it must', (count) => {
    const { ratio } = stretchOf(count, ROW, HEIGHT);
    expect(scrollTo(3, ROW, HEIGHT, 0, ratio)).toBeNull();
    const down = scrollTo(50, ROW, HEIGHT, 0, ratio);
    expect((down ?? 0) * ratio).toBeCloseTo(51 * ROW - HEIGHT);
    expect((scrollTo(0, ROW, HEIGHT, 500, ratio) ?? -1) * ratio).toBe(0);
  });
});
