import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aRow, stubHost } from '../host/stub';
import type { CallRow, CallsQuery } from '../wire';
import { Log } from './log.svelte';

const TODAY = { since: 0, dialled: 0, connected: 0, talk_seconds: 0 };

function logOf(count: number) {
  const rows = {
    all: Array.from({ length: count }, (_, i) => aRow({ call: `c${i}`, at: count - i, note: `n${i}` })),
  };
  const stub = stubHost({
    CallsQuery: ({ search, offset, limit }: CallsQuery) => {
      const found = rows.all.filter((row: CallRow) => row.note.includes(search));
      return { rows: found.slice(offset, offset + limit), total: found.length, more: false };
    },
  });
  return { ...stub, rows, log: new Log(stub.host, () => 1e12) };
}
const settle = () => vi.advanceTimersByTimeAsync(1_000);

describe('the log', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('reads only the pages that are seen', async () => {
    const { log, argsOf } = logOf(12_000);
    log.ask();
    await settle();
    expect(log.total).toBe(12_000);
    expect(log.row(5_000)).toBeUndefined();
    log.see(4_990, 5_020);
    log.see(4_991, 5_021);
    await settle();
    expect(log.row(5_000)?.call).toBe('c5000');
    expect(argsOf('CallsQuery').map((ask) => (ask as CallsQuery).offset)).toEqual([0, 4_900, 5_000]);
  });

  it('goes on past what was counted', async () => {
    const counted = 200;
    const { host } = stubHost({
      CallsQuery: ({ offset, limit }: CallsQuery) => {
        const total = Math.min(450, Math.max(counted, offset + limit));
        const rows = Array.from({ length: Math.min(limit, 450 - offset) }, (_, i) =>
          aRow({ call: `c${offset + i}` }),
        );
        return { rows, total, more: total < 450 };
      },
    });
    const log = new Log(host, () => 1e12);
    log.ask();
    await settle();
    expect([log.total, log.more, log.length]).toEqual([200, true, 300]);
    log.see(190, 260);
    await settle();
    expect([log.row(250)?.call, log.total, log.more]).toEqual(['c250', 300, true]);
    log.see(300, 450);
    await settle();
    expect([log.row(449)?.call, log.total, log.length]).toEqual(['c449', 450, 450]);
    log.see(0, 100);
    await settle();
    expect(log.total).toBe(450);
  });

  it('tells how far the index is until it is whole', () => {
    const { log } = logOf(1);
    log.hear({ event: 'search_built', done: 999, total: 1000 });
    expect(log.indexed).toBe(99);
    log.hear({ event: 'search_built', done: 1000, total: 1000 });
    expect(log.indexed).toBeNull();
  });

  it('lets go of pages that are far away, and reads them again', async () => {
    const { log } = logOf(12_000);
    log.ask();
    await settle();
    log.see(9_000, 9_020);
    await settle();
    expect(log.row(0)).toBeUndefined();
    log.see(0, 20);
    await settle();
    expect(log.row(0)?.call).toBe('c0');
  });

  it('shows what is asked last, not what is answered last', async () => {
    const { log } = logOf(500);
    log.filters.search = 'n49';
    log.ask();
    log.filters.search = 'n499';
    log.ask();
    await settle();
    expect(log.total).toBe(1);
  });

  it('keeps the choice on its call when a new one comes in above', async () => {
    const { log, rows } = logOf(300);
    log.ask();
    await settle();
    log.choose(7);
    expect(log.chosen).toBe('c7');
    const fresh = aRow({ call: 'fresh', at: 999 });
    rows.all = [fresh, ...rows.all];
    log.hear({ event: 'call_changed', row: fresh, today: TODAY });
    await settle();
    expect([log.row(0)?.call, log.at, log.chosen]).toEqual(['fresh', 8, 'c7']);
  });

  it('changes a known row in place without asking again', async () => {
    const { log, count } = logOf(300);
    log.ask();
    await settle();
    const before = count('CallsQuery');
    log.hear({
      event: 'call_changed',
      row: aRow({ call: 'c3', at: 297, status: 'connected' }),
      today: TODAY,
    });
    await settle();
    expect(log.row(3)?.status).toBe('connected');
    expect(count('CallsQuery')).toBe(before);
  });

  it('shows a call that comes in at once, where it belongs, without asking again', async () => {
    const { log, count } = logOf(290);
    log.ask();
    log.see(0, 250);
    await settle();
    const before = count('CallsQuery');
    const come = (call: string, at: number) =>
      log.hear({ event: 'call_changed', row: aRow({ call, at }), today: TODAY });
    come('newest', 999);
    come('between', 150.5);
    expect([0, 1, 100, 141, 142].map((index) => log.row(index)?.call)).toEqual([
      'newest',
      'c0',
      'c99',
      'between',
      'c140',
    ]);
    expect([log.total, log.row(291)?.call]).toEqual([292, 'c289']);
    await settle();
    expect(count('CallsQuery')).toBe(before);
  });

  it.each([
    { filter: { status: 'connected' }, row: { status: 'connected' }, shown: true },
    { filter: { status: 'connected' }, row: { status: 'failed' }, shown: false },
    { filter: { recording: 'saved' }, row: { recording: 'saved' }, shown: true },
    { filter: { recording: 'saved' }, row: { recording: 'waiting' }, shown: false },
    { filter: { leaving: true }, row: { recording_leaves_at: 1e12 + 3_600_000 }, shown: true },
    { filter: { leaving: true }, row: { recording_leaves_at: 2e12 }, shown: false },
    { filter: { leaving: true }, row: { recording_leaves_at: null }, shown: false },
    { filter: { starred: true }, row: { starred: true }, shown: true },
    { filter: { starred: true }, row: { starred: false }, shown: false },
    { filter: { days: 'week' }, row: { at: 1e12 }, shown: true },
    { filter: { days: 'week' }, row: { at: 5 }, shown: false },
  ] as const)(
    'shows a call that comes in only where it fits: $filter, $row',
    async ({ filter, row, shown }) => {
      const { log, count } = logOf(3);
      Object.assign(log.filters, filter);
      log.ask();
      await settle();
      const before = count('CallsQuery');
      log.hear({ event: 'call_changed', row: aRow({ call: 'fresh', at: 999, ...row }), today: TODAY });
      expect([log.row(0)?.call === 'fresh', log.total]).toEqual([shown, shown ? 4 : 3]);
      await settle();
      expect(count('CallsQuery')).toBe(before);
    },
  );

  it('asks again when a call it shows fits no longer', async () => {
    const { log, rows } = logOf(3);
    log.filters.status = 'connected';
    log.ask();
    await settle();
    rows.all = rows.all.slice(1);
    log.hear({ event: 'call_changed', row: aRow({ call: 'c0', status: 'failed' }), today: TODAY });
    await settle();
    expect([log.row(0)?.call, log.total]).toEqual(['c1', 2]);
  });

  it('asks for the first of a burst at once while one searches, and once more for all the others', async () => {
    const { log, rows, count } = logOf(3);
    log.filters.search = 'fresh';
    log.ask();
    await settle();
    const before = count('CallsQuery');
    const come = (name: string) => {
      const fresh = aRow({ call: name, at: 999, note: 'fresh' });
      rows.all = [fresh, ...rows.all];
      log.hear({ event: 'call_changed', row: fresh, today: TODAY });
    };
    come('first');
    await vi.advanceTimersByTimeAsync(0);
    expect([log.row(0)?.call, count('CallsQuery') - before]).toEqual(['first', 1]);
    for (const name of ['second', 'third', 'last']) come(name);
    await vi.advanceTimersByTimeAsync(0);
    expect(count('CallsQuery') - before).toBe(1);
    await settle();
    expect([log.row(0)?.call, log.total, count('CallsQuery') - before]).toEqual(['last', 4, 2]);
    // The burst is over, so the next one is a first one again.
    come('later');
    await vi.advanceTimersByTimeAsync(0);
    expect([log.row(0)?.call, count('CallsQuery') - before]).toEqual(['later', 3]);
  });

  it('believes the log where an answer was written before a call came in', async () => {
    const { log, rows } = logOf(3);
    log.ask();
    await settle();
    log.ask();
    const fresh = aRow({ call: 'fresh', at: 999 });
    rows.all = [fresh, ...rows.all];
    log.hear({ event: 'call_changed', row: fresh, today: TODAY });
    await settle();
    expect([log.row(0)?.call, log.total]).toEqual(['fresh', 4]);
  });

  it('keeps what is on screen when a question fails', async () => {
    let broken = false;
    const page = { rows: [aRow()], total: 1, more: false };
    const { host } = stubHost({ CallsQuery: () => (broken ? Promise.reject({ code: 'internal' }) : page) });
    const log = new Log(host, () => 0);
    log.ask();
    await settle();
    broken = true;
    log.ask();
    await settle();
    expect(log.trouble?.code).toBe('internal');
    expect(log.row(0)?.call).toBe('call-1');
  });

  it('stays within the list when the keyboard goes past its ends', async () => {
    const { log } = logOf(3);
    log.ask();
    await settle();
    log.choose(99);
    expect(log.at).toBe(2);
    log.choose(-4);
    expect(log.at).toBe(0);
  });

  it('never asks for what was scrolled past before its turn came', async () => {
    const { log, argsOf } = logOf(100_000);
    log.ask();
    await settle();
    for (let from = 1_000; from <= 90_000; from += 1_000) log.see(from, from + 30);
    await settle();
    expect(log.row(90_010)?.call).toBe('c90010');
    const asked = argsOf('CallsQuery').map((ask) => (ask as CallsQuery).offset);
    expect(asked).toEqual([0, 1_000, 2_000, 90_000]);
  });

  it('picks a run of rows, read or not, from where the last pick was', async () => {
    const { log } = logOf(3_000);
    log.ask();
    await settle();
    log.choose(10);
    await log.extend(12);
    expect(log.picked.selection()).toEqual({ these: 'calls', calls: ['c10', 'c11', 'c12'] });
    await log.extend(2_500);
    expect([log.picked.count(3_000), log.picked.has('c2500'), log.picked.has('c9')]).toEqual([
      2_491,
      true,
      false,
    ]);
  });

  it('picks beside the one that was chosen', async () => {
    const { log } = logOf(30);
    log.ask();
    await settle();
    log.choose(3);
    log.flip(7);
    expect(log.picked.selection()).toEqual({ these: 'calls', calls: ['c3', 'c7'] });
    log.filters.status = 'failed';
    log.narrow();
    expect(log.picked.any).toBe(false);
  });

  it('turns its order around at the second click, and begins at the top', async () => {
    const { log, argsOf } = logOf(300);
    log.ask();
    await settle();
    log.choose(5);
    log.sort('duration');
    await settle();
    log.sort('duration');
    await settle();
    const orders = argsOf('CallsQuery').map((ask) => {
      const { order, ascending } = ask as CallsQuery;
      return `${order} ${ascending}`;
    });
    expect([...new Set(orders)]).toEqual(['time false', 'duration false', 'duration true']);
    expect(log.chosen).toBeNull();
  });

  it('says while its rows answer another question than the one that is asked', async () => {
    const { log } = logOf(300);
    log.ask();
    await settle();
    expect(log.awaited).toBe(false);
    log.sort('duration');
    expect(log.awaited).toBe(true);
    // What scrolling asks meanwhile is no answer to it.
    log.see(150, 180);
    await vi.advanceTimersByTimeAsync(0);
    log.narrow(500);
    await vi.advanceTimersByTimeAsync(400);
    expect(log.awaited).toBe(true);
    await settle();
    expect(log.awaited).toBe(false);
  });

  it("shows one customer's whole history, whatever was asked before", async () => {
    const { log, argsOf } = logOf(30);
    log.filters.search = 'n1';
    log.filters.days = 'today';
    log.history('13922104471');
    await settle();
    expect(argsOf('CallsQuery').at(-1)).toMatchObject({ search: '', tel_b: '13922104471', order: 'time' });
  });
});
