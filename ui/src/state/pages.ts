import type { CallRow } from '../wire';

export const PAGE = 100;

/** A list that is newest first, as far as its pages were read. */
export type Pages = ReadonlyMap<number, CallRow[]>;

/** Where a call stands, or -1 where it was not read. */
export function placeOf(pages: Pages, call: string): number {
  for (const [page, rows] of pages) {
    const place = rows.findIndex((row) => row.call === call);
    if (place >= 0) return page * PAGE + place;
  }
  return -1;
}

/** The same pages with another row at a place that was read. */
export function replaced(pages: Pages, index: number, row: CallRow): Pages {
  const page = Math.floor(index / PAGE);
  const rows = [...(pages.get(page) ?? [])];
  rows[index % PAGE] = row;
  return new Map(pages).set(page, rows);
}

/**
 * The pages with one more row among them; every row below it moves down by one. Null where that place
 * was not read, or where pages lie beyond a gap, whose rows would no longer be what their numbers say.
 */
export function inserted(pages: Pages, row: CallRow): Pages | null {
  const read: CallRow[] = [];
  let count = 0;
  for (let rows = pages.get(0); rows; rows = pages.get(count)) {
    read.push(...rows);
    count += 1;
  }
  if (count === 0 || count < pages.size) return null;
  const found = read.findIndex((known) => isNewer(row, known));
  const isWhole = read.length < count * PAGE;
  if (found < 0 && !isWhole) return null;
  read.splice(found < 0 ? read.length : found, 0, row);
  // The last row of a full page belongs to the next one, which is read when it is seen.
  if (!isWhole) read.pop();
  const next = new Map<number, CallRow[]>();
  for (let from = 0; from < read.length; from += PAGE) next.set(from / PAGE, read.slice(from, from + PAGE));
  return next;
}

/** Of two calls at the same instant, the one with the greater id stands first. */
function isNewer(row: CallRow, other: CallRow): boolean {
  return row.at > other.at || (row.at === other.at && row.call > other.call);
}
