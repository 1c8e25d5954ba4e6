/** Browsers draw no box taller than some 17 to 33 million pixels; a million rows would be taller. */
const TALLEST = 10_000_000;

/** How a list of any length lies in a box that can be scrolled. */
export interface Stretch {
  /** The height of the scrolled content in pixels. */
  tall: number;
  /** List pixels a scrolled pixel stands for: 1 for all but huge lists. */
  ratio: number;
}

export function stretchOf(count: number, rowHeight: number, height: number): Stretch {
  const whole = count * rowHeight;
  const tall = Math.min(whole, TALLEST);
  return { tall, ratio: tall > height ? (whole - height) / (tall - height) : 1 };
}

/** Where to scroll so that a row is wholly seen; null if it is already. */
export function scrollTo(
  at: number,
  rowHeight: number,
  height: number,
  scrolled: number,
  ratio: number,
): number | null {
  const [above, offset] = [at * rowHeight, scrolled * ratio];
  // A scrolled pixel may stand for several: less than that is no reason to move.
  if (above < offset - ratio) return above / ratio;
  if (above + rowHeight > offset + height + ratio) return (above + rowHeight - height) / ratio;
  return null;
}
