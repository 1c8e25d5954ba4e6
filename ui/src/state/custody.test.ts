import { expect, it, vi } from 'vitest';
import { aRow, stubHost } from '../host/stub';
import type { CustodyReport, CustodyTask } from '../wire';
import { Custody } from './custody.svelte';

const TASK: CustodyTask = {
  kind: 'fetch_all',
  state: 'running',
  done: 1,
  total: 3,
  bytes: 9,
  left: 0,
  fault: null,
};
const RULES = { fetch: 'always', night_from: 0, night_until: 0, link_hosts: [], keep_months: null };

function setUp() {
  const report = {
    standing: [
      { state: 'saved', reason: '', recordings: 2, bytes: 10 },
      { state: 'waiting', reason: 'not_ready', recordings: 3, bytes: 0 },
      { state: 'failed', reason: 'refused', recordings: 1, bytes: 0 },
    ],
    task: null,
  } as unknown as CustodyReport;
  const stub = stubHost({
    CustodyQuery: () => report,
    CustodyRulesQuery: () => RULES,
    SetCustodyRules: ({ rules }: { rules: object }) => rules,
    FetchAllRecordings: () => TASK,
  });
  return { ...stub, custody: new Custody(stub.host) };
}

it('counts what is to be had and not here', async () => {
  const { custody } = setUp();
  await custody.load();
  expect([custody.notHere, custody.count('saved'), custody.bytes()]).toEqual([4, 2, 10]);
});

it('shows how far a task is, and asks again once it ended', async () => {
  vi.useFakeTimers();
  const { custody, count } = setUp();
  await custody.load();
  await custody.begin('FetchAllRecordings', {});
  expect(custody.running).toBe(true);
  custody.hear({ event: 'custody_told', task: { ...TASK, done: 2 } });
  expect(custody.task?.done).toBe(2);
  expect(count('CustodyQuery')).toBe(1);
  custody.hear({ event: 'custody_told', task: { ...TASK, done: 3, state: 'done' } });
  await vi.runAllTimersAsync();
  expect(count('CustodyQuery')).toBe(2);
  vi.useRealTimers();
});

it('asks once for a burst of changes', async () => {
  vi.useFakeTimers();
  const { custody, count } = setUp();
  const today = { since: 0, dialled: 0, connected: 0, talk_seconds: 0 };
  for (let n = 0; n < 50; n++) custody.hear({ event: 'call_changed', row: aRow(), today });
  await vi.runAllTimersAsync();
  expect(count('CustodyQuery')).toBe(1);
  vi.useRealTimers();
});

it('changes one rule and leaves the others', async () => {
  const { custody, argsOf } = setUp();
  await custody.load();
  await custody.change({ keep_months: 6 });
  expect(argsOf('SetCustodyRules')).toEqual([{ rules: { ...RULES, keep_months: 6 } }]);
  expect(custody.rules?.keep_months).toBe(6);
});
