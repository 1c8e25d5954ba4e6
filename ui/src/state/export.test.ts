import { describe, expect, it, vi } from 'vitest';
import { held, stubHost } from '../host/stub';
import type { CallsQuery, ExportCalls, ExportedCalls } from '../wire';
import { Export, type What } from './export.svelte';

const QUERY: CallsQuery = {
  search: '报价',
  recording: 'saved',
  starred: false,
  order: 'time',
  ascending: false,
  offset: 300,
  limit: 100,
};
const WHAT: What = { query: QUERY, count: 12, more: false };
const SAVED: ExportedCalls = { outcome: 'saved', path: '/tmp/log.xlsx', rows: 12, recordings: null };

function setUp(answer: () => unknown = () => SAVED, what = WHAT) {
  const stub = stubHost({
    ExportCalls: answer,
    StopJob: () => ({ outcome: 'done' }),
    RecordingNameQuery: ({ template }: { template: string }) =>
      template.includes('{x}') ? { read: 'flawed', field: 'x' } : { read: 'example', name: 'a.wav' },
  });
  return { ...stub, work: new Export(stub.host, what, 'zh') };
}

describe('an export', () => {
  it('waits until one has said how numbers are shown', async () => {
    const { work, count } = setUp();
    expect(work.ready).toBe(false);
    await work.go();
    expect(count('ExportCalls')).toBe(0);
    work.numbers = 'masked';
    expect(work.ready).toBe(true);
  });

  it('asks for all that fits the list, and not for the page that is on screen', async () => {
    const { work, argsOf } = setUp();
    work.numbers = 'whole';
    work.format = 'csv';
    work.encoding = 'gbk';
    await work.go();
    const [asked] = argsOf('ExportCalls') as [ExportCalls];
    expect(asked.query).toEqual({ ...QUERY, offset: 0, limit: 0 });
    expect(asked.sheet).toEqual({
      format: 'csv',
      encoding: 'gbk',
      numbers: 'whole',
      digits: 'as_text',
      headings: 'zh',
    });
    expect('calls' in asked || 'recordings' in asked).toBe(false);
    expect(work.done).toEqual(SAVED);
  });

  it('asks for the chosen calls alone', async () => {
    const { work, argsOf } = setUp(() => SAVED, { ...WHAT, calls: ['c1', 'c2'] });
    work.numbers = 'masked';
    await work.go();
    expect((argsOf('ExportCalls') as [ExportCalls])[0].calls).toEqual(['c1', 'c2']);
  });

  it('goes on after the save dialog was closed, and ends when it was stopped', async () => {
    const answer = held<ExportedCalls>();
    const { work, tell, count } = setUp(() => answer.promise);
    work.numbers = 'masked';
    const going = work.go();
    tell({ event: 'job_progress', job: work.job.word, step: 'calls', done: 3, total: 12 });
    await work.job.stop();
    await work.job.stop();
    expect(count('StopJob')).toBe(1);
    answer.resolve({ outcome: 'cancelled' });
    await going;
    expect(work.done).toEqual({ outcome: 'cancelled' });

    const closed = setUp(() => ({ outcome: 'cancelled' }));
    closed.work.numbers = 'masked';
    await closed.work.go();
    expect([closed.work.done, closed.work.ready]).toEqual([null, true]);
  });

  it('hears of its own job and of no other', async () => {
    const answer = held<ExportedCalls>();
    const { work } = setUp(() => answer.promise);
    work.numbers = 'masked';
    const going = work.go();
    work.hear({ event: 'job_progress', job: 'another', step: 'calls', done: 1, total: 2 });
    expect(work.job.progress).toBeNull();
    work.hear({ event: 'job_progress', job: work.job.word, step: 'calls', done: 1, total: 2 });
    expect(work.job.progress).toEqual({ step: 'calls', done: 1, total: 2 });
    answer.resolve(SAVED);
    await going;
  });

  it('does not start with a template that can not be read', async () => {
    vi.useFakeTimers();
    const { work } = setUp();
    work.numbers = 'masked';
    work.recordings = true;
    work.template = '{x}';
    work.retry();
    await vi.advanceTimersByTimeAsync(500);
    expect([work.example, work.ready]).toEqual([{ read: 'flawed', field: 'x' }, false]);
    work.template = '{日期}';
    work.retry();
    await vi.advanceTimersByTimeAsync(500);
    expect(work.ready).toBe(true);
    vi.useRealTimers();
  });
});
