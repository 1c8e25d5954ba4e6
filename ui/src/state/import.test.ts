import { describe, expect, it } from 'vitest';
import { held, stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import type { ImportOutcome, ImportPreview, ImportReport } from '../wire';
import { Import } from './import.svelte';

const REPORT: ImportReport = { rows: 3, new: 2, merged: 0, same: 0, rejected: [] };

function preview(change: Partial<ImportPreview> = {}): ImportPreview {
  return {
    name: 'a.csv',
    form: 'csv',
    encoding: 'UTF-8',
    delimiter: ',',
    sheets: [],
    sheet: null,
    zone: 'Asia/Shanghai',
    columns: [
      { header: '谁', field: 'tel_b', sample: '13922104471' },
      { header: '时间', field: null, sample: '14:07' },
    ],
    remembered: false,
    usable: true,
    rows: [],
    ...change,
  };
}

function desk(replies: Record<string, (args: never) => unknown> = {}) {
  const stub = stubHost({
    handOver: () => ({ file: 'f1', name: 'a.csv', bytes: 7 }),
    PreviewImport: () => preview(),
    RehearseImport: () => REPORT,
    RunImport: () => ({ outcome: 'done', import: 7, report: REPORT }),
    CancelImport: () => ({ outcome: 'done' }),
    CloseImport: () => ({ outcome: 'done' }),
    UndoImport: () => ({ removed: 2, reduced: 0, kept: 0 }),
    ...replies,
  });
  return { ...stub, work: new Import(stub.host) };
}

const file = new File(['x'], 'a.csv');

describe('an import', () => {
  it('shows the first rows before all of them are counted', async () => {
    const counted = held<ImportReport>();
    const { work } = desk({ RehearseImport: () => counted.promise });
    await work.take(file);
    expect([work.step, work.preview?.name, work.report]).toEqual(['look', 'a.csv', null]);
    counted.resolve(REPORT);
    await counted.promise;
    await Promise.resolve();
    expect(work.report).toEqual(REPORT);
  });

  it('tells a field by one column only, and reads anew', async () => {
    const { work, argsOf } = desk();
    await work.take(file);
    await work.tell(1, 'tel_b');
    expect(argsOf('PreviewImport').at(-1)).toMatchObject({ reading: { mapping: [null, 'tel_b'] } });
  });

  it('finds the columns anew when another sheet is read', async () => {
    const { work } = desk();
    await work.take(file);
    await work.tell(1, 'started_at');
    await work.read({ sheet: '二月' });
    expect(work.reading).toMatchObject({ sheet: '二月', mapping: undefined });
  });

  it('counts nothing that can not be taken in', async () => {
    const { work, count } = desk({ PreviewImport: () => preview({ usable: false }) });
    await work.take(file);
    expect([work.step, count('RehearseImport')]).toEqual(['look', 0]);
  });

  it('is back at the look after it was cancelled, and can be undone after it was done', async () => {
    const outcome = held<ImportOutcome>();
    const replies = [outcome.promise, { outcome: 'done', import: 7, report: REPORT }];
    const { work, argsOf } = desk({ RunImport: () => replies.shift() });
    await work.take(file);
    const running = work.takeIn();
    expect(work.step).toBe('running');
    await work.cancel();
    outcome.resolve({ outcome: 'cancelled' });
    await running;
    expect([work.step, work.cancelled, argsOf('CancelImport')]).toEqual(['look', true, [{ file: 'f1' }]]);
    await work.takeIn();
    expect(work.step).toBe('done');
    await work.undo(7);
    expect([work.step, work.undone?.removed]).toEqual(['undone', 2]);
  });

  it('hears how far its own file has come', async () => {
    const { work, tell } = desk();
    const stop = work.start();
    await work.take(file);
    const progress = { file: 'other', phase: 'writing', rows: 1, done: 10, left_ms: null } as const;
    tell({ event: 'import_progress', progress });
    expect(work.progress).toBeNull();
    tell({ event: 'import_progress', progress: { ...progress, file: 'f1' } });
    expect(work.progress?.rows).toBe(1);
    stop();
  });

  it('says why a file was refused', async () => {
    const { work } = desk({
      PreviewImport: () => Promise.reject(new Trouble('unreadable_file', '', { reason: 'bomb' })),
    });
    await work.take(file);
    expect([work.step, work.trouble?.details['reason']]).toEqual(['choose', 'bomb']);
  });

  it('lets go of its file', async () => {
    const { work, argsOf } = desk();
    const stop = work.start();
    await work.take(file);
    stop();
    expect(argsOf('CloseImport')).toEqual([{ file: 'f1' }]);
  });
});
