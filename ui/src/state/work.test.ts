import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { held, stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import type { CallList, LeadCard, LeadState, Placed, Work as Answer } from '../wire';
import { Clock } from './clock.svelte';
import { Dialing } from './dialing.svelte';
import { Work } from './work.svelte';

function list(change: Partial<CallList> = {}): CallList {
  return {
    ...{ list: 1, name: '名单', state: 'open', order: 'by_hand', countdown: 3, tries: 3 },
    ...{ apart_minutes: 120, script: null, made_at: 0 },
    figures: {
      ...{ leads: 3, open: 3, waiting: 0, called: 0, done: 0, skipped: 0, barred: 0 },
      ...{ dials: 0, connected: 0, talk_seconds: 0 },
    },
    ...change,
  };
}

function card(lead: number, state: LeadState = 'open'): LeadCard {
  return {
    lead: {
      ...{ lead, list: 1, number: `1772210000${lead}`, name: `n${lead}`, company: '', state, tries: 0 },
      ...{ next_at: null, call: null, outcome: null, turned_at: null },
    },
    ...{ note: '', fields: [], customer: null, calls: 0, last: null, call: null, do_not_call: null },
    guard: { block: null, counters: [] },
  };
}

const ACCEPTED: Placed = { state: 'accepted', call: 'c1', code: 200, message: '', subid: 's1', tel_x: null };

/** A list of three leads that are shown in their order, each once. */
function desk(replies: Record<string, (args: never) => unknown> = {}, change: Partial<CallList> = {}) {
  const over = new Set<number>();
  const answer = ({ lead }: { lead?: number }): Answer => {
    const next = [1, 2, 3].find((one) => !over.has(one)) ?? null;
    const shown = lead ?? next;
    return {
      ...{ list: list(change), next: [], next_at: null, back: over.size > 0 ? Math.max(...over) : null },
      ...{ lead: shown === null ? null : card(shown), outcomes: [] },
    };
  };
  const stub = stubHost({
    WorkQuery: answer,
    DialLead: () => ACCEPTED,
    CallQuery: () => Promise.reject(new Trouble('not_found')),
    TurnLead: ({ lead }: { lead: number }) => (over.add(lead), card(lead, 'skipped').lead),
    ChangeList: () => list(change),
    ...replies,
  });
  const clock = new Clock(() => 1_000);
  const dialing = new Dialing(
    stub.host,
    () => 1_000,
    () => true,
    () => 'ticket',
  );
  return { ...stub, clock, dialing, over, work: new Work(stub.host, dialing, clock, 1, () => undefined) };
}

describe('a list at work', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const seconds = (n: number) => vi.advanceTimersByTimeAsync(n * 1000);

  it('dials once after its countdown, however often the key is pressed', async () => {
    const { work, argsOf, count } = desk();
    await work.load();
    work.press();
    work.press();
    expect(work.left).toBe(3);
    await seconds(2);
    expect([work.left, count('DialLead')]).toEqual([1, 0]);
    await seconds(1);
    expect(work.left).toBeNull();
    expect(argsOf('DialLead')).toEqual([{ lead: 1, ticket: 'ticket' }]);
    await seconds(60);
    expect(count('DialLead')).toBe(1);
  });

  it('dials nobody else when whom it counts for is gone', async () => {
    let gone = false;
    const { work, count } = desk({
      WorkQuery: (): Answer => ({
        ...{ list: list(), next: [], next_at: null, back: null, outcomes: [] },
        lead: card(gone ? 2 : 1),
      }),
    });
    await work.load();
    work.press();
    await seconds(1);
    gone = true;
    await work.load();
    expect(work.left).toBeNull();
    await seconds(10);
    expect(count('DialLead')).toBe(0);
  });

  it('shows the next one, and does not dial, when another window was told to try again later', async () => {
    const told = card(1, 'waiting');
    told.lead.next_at = 7_200_000;
    const { work, count, argsOf } = desk({
      WorkQuery: (): Answer => ({
        ...{ list: list({ countdown: 0 }), next: [], next_at: null, back: null, outcomes: [] },
        lead: told,
      }),
    });
    await work.load();
    expect([work.ready, work.over]).toEqual([false, true]);
    work.press();
    await seconds(10);
    expect(count('DialLead')).toBe(0);
    expect(argsOf('WorkQuery').at(-1)).toEqual({ list: 1 });
  });

  it('dials at once where the list has no countdown', async () => {
    const { work, count } = desk({}, { countdown: 0 });
    await work.load();
    work.press();
    await seconds(0);
    expect(count('DialLead')).toBe(1);
  });

  it.each<[string, (work: Work) => unknown]>([
    ['undone', (work) => work.cancel()],
    ['paused', (work) => work.rest('paused')],
    ['put aside', (work) => work.putAside('skip')],
    ['shown no more', (work) => work.stop()],
    ['turned from', (work) => work.show(3)],
  ])('dials nothing once it is %s', async (_, turn) => {
    const { work, count } = desk();
    await work.load();
    work.press();
    await seconds(2);
    void turn(work);
    await seconds(60);
    expect(count('DialLead')).toBe(0);
  });

  it('dials nothing once the computer has slept through its countdown', async () => {
    const { work, count } = desk();
    await work.load();
    work.press();
    await seconds(1);
    vi.setSystemTime(Date.now() + 3_600_000);
    await seconds(60);
    expect([work.left, count('DialLead')]).toEqual([null, 0]);
  });

  it('does not dial by itself, whatever is shown', async () => {
    const { work, count } = desk();
    await work.load();
    await work.next();
    await seconds(3600);
    expect(count('DialLead')).toBe(0);
  });

  it.each<[string, Partial<CallList>, Partial<LeadCard>]>([
    ['the list rests', { state: 'paused' }, {}],
    ['the list is archived', { state: 'archived' }, {}],
    ['the lead needs an outcome', {}, card(1, 'called')],
    [
      'the guard says no',
      {},
      { guard: { block: { rule: 'hours', count: 0, limit: 0, frees_at: null }, counters: [] } },
    ],
  ])('counts nothing down while %s', async (_, how, what) => {
    const shown = { ...card(1), ...what };
    const answer = { list: list(how), lead: shown, next: [], next_at: null, back: null, outcomes: [] };
    const { work } = desk({ WorkQuery: () => answer });
    await work.load();
    work.press();
    expect([work.ready, work.left]).toEqual([false, null]);
  });

  it('keeps showing the same lead when something comes in meanwhile', async () => {
    const { work, over, argsOf } = desk();
    await work.load();
    over.add(1);
    await work.load();
    expect(work.card?.lead.lead).toBe(1);
    expect(argsOf('WorkQuery')).toEqual([{ list: 1 }, { list: 1, lead: 1 }]);
    await work.next();
    expect(work.card?.lead.lead).toBe(2);
  });

  it('skips to the next one, and goes back', async () => {
    const { work, argsOf } = desk();
    await work.load();
    await work.putAside('later_today');
    expect(argsOf('TurnLead')).toEqual([{ lead: 1, turn: { to: 'later_today' } }]);
    expect(work.card?.lead.lead).toBe(2);
    await work.back();
    expect(work.card?.lead.lead).toBe(1);
  });

  it('passes over an answer that a later question overtook', async () => {
    const slow = held<Answer>();
    let first = true;
    const late = { list: list(), lead: card(3), next: [], next_at: null, back: null, outcomes: [] };
    const { work } = desk({
      WorkQuery: ({ lead }: { lead?: number }) => {
        if (first) return ((first = false), slow.promise);
        return { ...late, lead: card(lead ?? 1) };
      },
    });
    const asked = work.load();
    await work.load();
    slow.resolve(late);
    await asked;
    expect(work.card?.lead.lead).toBe(1);
  });

  it('asks again once the next one is to be tried again', async () => {
    let now = 1_000;
    const nobody = { list: list(), lead: null, next: [], next_at: 9_000, back: null, outcomes: [] };
    const { work, clock, count } = desk({ WorkQuery: () => nobody });
    vi.spyOn(clock, 'now', 'get').mockImplementation(() => now);
    await work.load();
    work.tick();
    expect(count('WorkQuery')).toBe(1);
    now = 9_500;
    work.tick();
    work.tick();
    expect(count('WorkQuery')).toBe(2);
  });

  it('shows what stands in the way, and dials nothing after it', async () => {
    const { work, count } = desk({
      TurnLead: () => Promise.reject(new Trouble('host_lost')),
    });
    await work.load();
    await work.putAside('skip');
    expect(work.trouble?.code).toBe('host_lost');
    await seconds(60);
    expect(count('DialLead')).toBe(0);
  });
});
