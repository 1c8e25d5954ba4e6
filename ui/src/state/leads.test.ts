import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { held, stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import type { LeadRow, LeadsPage } from '../wire';
import { Leads } from './leads.svelte';

function lead(lead: number): LeadRow {
  return {
    ...{ lead, list: 7, number: '17722106054', name: `n${lead}`, company: '', state: 'open' },
    ...{ tries: 0, next_at: null, call: null, outcome: null, turned_at: null },
  };
}

const page = (...leads: number[]): LeadsPage => ({ rows: leads.map(lead), total: 120 });

describe('the leads of a list', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are searched once the fingers rest, from the first page on', async () => {
    const { host, argsOf } = stubHost({ LeadsQuery: () => page(1) });
    const leads = new Leads(host, 7);
    await leads.load();
    leads.turn(1);
    for (const search of ['6', '60', '605', ' 6054']) leads.find(search);
    await vi.advanceTimersByTimeAsync(1000);
    expect(argsOf('LeadsQuery')).toEqual([
      { list: 7, offset: 0, limit: 50 },
      { list: 7, offset: 50, limit: 50 },
      { list: 7, search: '6054', offset: 0, limit: 50 },
    ]);
    expect([leads.whole, leads.earlier, leads.further]).toEqual([false, false, true]);
  });

  it('are those of the last question, whichever answer comes last', async () => {
    const slow = held<LeadsPage>();
    let first = true;
    const { host } = stubHost({
      LeadsQuery: () => {
        if (!first) return page(2);
        first = false;
        return slow.promise;
      },
    });
    const leads = new Leads(host, 7);
    const asked = leads.load();
    leads.narrow('done');
    await vi.advanceTimersByTimeAsync(0);
    slow.resolve(page(1));
    await asked;
    expect(leads.rows?.map((row) => row.lead)).toEqual([2]);
  });

  it('are moved one at a time, and what stands in the way is told', async () => {
    let away = false;
    const { host, count } = stubHost({
      LeadsQuery: () => page(1, 2),
      TurnLead: () => (away ? Promise.reject(new Trouble('host_lost')) : lead(2)),
    });
    const leads = new Leads(host, 7);
    const both = [leads.move(2, { to: 'first' }), leads.move(1, { to: 'first' })];
    expect(await Promise.all(both)).toEqual([true, false]);
    expect(count('TurnLead')).toBe(1);
    away = true;
    expect(await leads.move(2, { to: 'first' })).toBe(false);
    expect([leads.trouble?.code, leads.moving]).toEqual(['host_lost', false]);
  });
});
