import { describe, expect, it } from 'vitest';
import { stubHost } from '../host/stub';
import type { LeadsPreview, LeadsReport } from '../wire';
import { LeadImport } from './lead-import.svelte';

const REPORT: LeadsReport = { rows: 5, taken: 3, known: 1, known_rows: [], rejected: [] };

function preview(change: Partial<LeadsPreview> = {}): LeadsPreview {
  return {
    ...{ name: '展会名片.xlsx', form: 'xlsx', encoding: null, delimiter: null, sheets: [], sheet: null },
    columns: [
      { header: '手机号', field: 'number', sample: '13922104471' },
      { header: '城市', field: 'field', sample: '杭州' },
      { header: '车型', field: 'field', sample: '冷藏' },
    ],
    ...{ remembered: false, usable: true, rows: [], made_before: null },
    ...change,
  };
}

function desk(replies: Record<string, (args: never) => unknown> = {}) {
  const stub = stubHost({
    handOver: () => ({ file: 'f1', name: '展会名片.xlsx', bytes: 7 }),
    PreviewLeads: () => preview(),
    RehearseLeads: () => REPORT,
    ImportLeads: () => ({ outcome: 'done', list: 7, report: REPORT }),
    CloseImport: () => ({ outcome: 'done' }),
    ...replies,
  });
  return { ...stub, work: new LeadImport(stub.host) };
}

const file = new File(['x'], '展会名片.xlsx');

describe('a sheet of leads', () => {
  it('is named after its file until a name is chosen, and keeps that one', async () => {
    const { work, argsOf } = desk();
    await work.take(file);
    expect(work.name).toBe('展会名片');
    work.name = '冷链';
    await work.read({ known: 'leave_out' });
    expect(work.name).toBe('冷链');
    await work.takeIn();
    expect(argsOf('ImportLeads')).toEqual([{ file: 'f1', reading: { known: 'leave_out' }, name: '冷链' }]);
    expect([work.step, work.done?.list, work.rejected]).toEqual(['done', 7, 2]);
  });

  it('may have any number of fields of its own, and one number', async () => {
    const { work, argsOf } = desk();
    await work.take(file);
    await work.tell(2, 'number');
    await work.tell(0, 'field');
    const readings = argsOf('PreviewLeads').map(
      (args) => (args as { reading: { mapping?: unknown } }).reading.mapping,
    );
    expect(readings).toEqual([undefined, [null, 'field', 'number'], ['field', 'field', 'field']]);
  });

  it('keeps its columns while only customers are left out, and finds them anew on another sheet', async () => {
    const { work } = desk();
    await work.take(file);
    await work.tell(1, 'note');
    await work.read({ known: 'leave_out' });
    expect(work.reading.mapping).toEqual(['number', 'note', 'field']);
    await work.read({ sheet: '名单' });
    expect(work.reading.mapping).toBeUndefined();
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const { work } = desk({ ImportLeads: () => ({ outcome: 'cancelled' }) });
    await work.take(file);
    await work.takeIn();
    expect([work.step, work.cancelled, work.done]).toEqual(['look', true, null]);
  });

  it.each([
    ['', null],
    ['  ', null],
    [' 冷链 ', '冷链'],
    ['长'.repeat(61), null],
  ])('takes %j for the name %j', (name, title) => {
    const { work } = desk();
    work.name = name;
    expect(work.title).toBe(title);
  });
});
