import { describe, expect, it } from 'vitest';
import { stubHost } from '../host/stub';
import type { DoNotCallImported, DoNotCallPreview } from '../wire';
import { NumberImport } from './number-import.svelte';

const STAGED = { file: 'file-1', name: '黑名单.csv', bytes: 90 };
const PREVIEW: DoNotCallPreview = {
  name: STAGED.name,
  form: 'csv',
  encoding: 'UTF-8',
  sheets: [],
  sheet: null,
  columns: [
    { header: '号码', field: 'number', sample: '13922104471' },
    { header: '备注', field: 'reason', sample: '' },
  ],
  remembered: false,
  hashes: 'none',
  usable: true,
};
const COUNTS: DoNotCallImported = { rows: 3, new: 1, known: 1, invalid: 1, rejected: [] };

function open(replies: Parameters<typeof stubHost>[0] = {}) {
  const stub = stubHost({
    ChooseImportFile: () => ({ outcome: 'chosen', staged: STAGED }),
    PreviewDoNotCall: () => PREVIEW,
    RehearseDoNotCall: () => COUNTS,
    ImportDoNotCall: () => COUNTS,
    CloseImport: () => ({ outcome: 'done' }),
    ...replies,
  });
  return { ...stub, work: new NumberImport(stub.host) };
}

const settle = () => new Promise((done) => setTimeout(done));

describe('a sheet of numbers not to be called', () => {
  it('is counted before anything is written, and taken in with a reason alone', async () => {
    const { work, argsOf } = open();
    await work.choose();
    await settle();
    expect([work.step, work.report]).toEqual(['look', COUNTS]);
    await work.takeIn();
    expect(argsOf('ImportDoNotCall')).toEqual([]);
    work.reason = ' 法务要求 ';
    await work.takeIn();
    expect(argsOf('ImportDoNotCall')).toEqual([{ file: 'file-1', reading: {}, reason: '法务要求' }]);
    expect([work.step, work.done]).toEqual(['done', COUNTS]);
  });

  it('asks for the key of hashes, and counts once it is right', async () => {
    const locked = { ...PREVIEW, hashes: 'key_wanted', usable: false } as const;
    const { work, count, argsOf } = open({
      PreviewDoNotCall: ({ reading }: { reading: { key?: string } }) =>
        reading.key === 'right' ? { ...PREVIEW, hashes: 'readable' } : locked,
    });
    await work.choose();
    expect([work.preview?.hashes, count('RehearseDoNotCall'), work.ready]).toEqual(['key_wanted', 0, false]);
    await work.unlock('right');
    expect(count('RehearseDoNotCall')).toBe(1);
    expect(argsOf('RehearseDoNotCall')).toEqual([{ file: 'file-1', reading: { key: 'right' } }]);
  });

  it('has one column for each thing', async () => {
    const { work, argsOf } = open();
    await work.choose();
    await work.tell(1, 'number');
    expect(argsOf('PreviewDoNotCall').at(-1)).toEqual({
      file: 'file-1',
      reading: { mapping: [null, 'number'] },
    });
  });

  it('comes back to the look where it could not be taken in', async () => {
    const { work } = open({
      ImportDoNotCall: () => {
        throw { code: 'in_use', message: '' };
      },
    });
    await work.choose();
    await settle();
    work.reason = '法务';
    await work.takeIn();
    expect([work.step, work.trouble?.code]).toEqual(['look', 'in_use']);
  });
});
