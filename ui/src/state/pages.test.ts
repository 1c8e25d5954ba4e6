import { describe, expect, it } from 'vitest';
import { aRow } from '../host/stub';
import { inserted, PAGE, placeOf, replaced, type Pages } from './pages';

/** Pages of a list whose calls are numbered from its end, so that a greater number is a newer call. */
function pagesOf(length: number, read: number[]): Pages {
  const rows = (page: number) =>
    Array.from({ length: Math.min(PAGE, length - page * PAGE) }, (_, i) => length - page * PAGE - i);
  return new Map(
    read.map((page) => [page, rows(page).map((number) => aRow({ call: `c${number}`, at: number }))]),
  );
}
const first = (pages: Pages | null, page: number) => pages?.get(page)?.[0]?.call;

describe('pages', () => {
  it('know where a call stands', () => {
    const pages = pagesOf(250, [0, 2]);
    expect(placeOf(pages, 'c249')).toBe(1);
    expect(placeOf(pages, 'c50')).toBe(200);
    expect(placeOf(pages, 'c150')).toBe(-1);
  });

  it('change one row and no other', () => {
    const pages = replaced(pagesOf(250, [0, 2]), 200, aRow({ call: 'other' }));
    expect([first(pages, 2), first(pages, 0), pages.get(2)?.[1]?.call]).toEqual(['other', 'c250', 'c49']);
  });

  it('move the last row of each page on to the next', () => {
    const pages = inserted(pagesOf(250, [0, 1, 2]), aRow({ call: 'new', at: 999 }));
    expect([0, 1, 2].map((page) => first(pages, page))).toEqual(['new', 'c151', 'c51']);
    expect(pages?.get(2)?.length).toBe(51);
  });

  it('begin a page where the last one is full', () => {
    const pages = inserted(pagesOf(199, [0, 1]), aRow({ call: 'new', at: 999 }));
    const more = pages && inserted(pages, aRow({ call: 'newer', at: 1000 }));
    expect([first(more, 0), first(more, 1), more?.get(1)?.length]).toEqual(['newer', 'c101', 100]);
  });

  it('take the first and the oldest row of a list that was read wholly', () => {
    const only = inserted(pagesOf(0, [0]), aRow({ call: 'only' }));
    expect(first(only, 0)).toBe('only');
    const oldest = inserted(pagesOf(2, [0]), aRow({ call: 'oldest', at: 0 }));
    expect(oldest?.get(0)?.map((row) => row.call)).toEqual(['c2', 'c1', 'oldest']);
  });

  it('order calls of one instant as the log does', () => {
    const one = (call: string) => aRow({ call, at: 7 });
    let pages: Pages | null = new Map([[0, [one('b')]]]);
    for (const call of ['a', 'c']) pages = pages && inserted(pages, one(call));
    expect(pages?.get(0)?.map((row) => row.call)).toEqual(['c', 'b', 'a']);
  });

  it.each([
    { name: 'nothing was read', read: [], at: 999 },
    { name: 'its place was not read', read: [0], at: 3.5 },
    { name: 'rows beyond a gap would be numbered wrongly', read: [0, 2], at: 999 },
    { name: 'the top was let go', read: [1, 2], at: 999 },
  ])('leave it to the log where $name', ({ read, at }) => {
    expect(inserted(pagesOf(250, read), aRow({ call: 'new', at }))).toBeNull();
  });
});
