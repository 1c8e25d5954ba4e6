import type { DoNotCallPreview } from '../../wire';
import { Trouble } from '../trouble';
import { readNumber } from './numbers';
import { pause, type Part } from './part';
import type { Scene } from './scene';

const KEY = '3f2a-91c0-77de-0b14-9a5e-c2d8-6610-4be7';

/** A table of two thousand numbers, and a sheet for it: `hashed` asks for a key, which is any. */
export function doNotCall(scene: Scene) {
  const count = {
    numbers: scene.words.has('empty') ? 0 : 2_140,
    hashes: scene.words.has('hashed') ? 51_800 : 0,
  };
  const counts = {
    rows: 1_860,
    new: 1_204,
    known: 644,
    invalid: 12,
    rejected: [
      { row: 14, column: '手机号码', flaw: 'rounded' as const, reason: 'rounded' },
      { row: 96, column: '手机号码', flaw: 'hidden_number' as const, reason: 'hidden' },
      { row: 311, column: '手机号码', flaw: 'no_number' as const, reason: 'none' },
    ],
  };
  const preview = (key: string | undefined): DoNotCallPreview => {
    const hashed = scene.words.has('hashed');
    const hashes = !hashed ? 'none' : key ? 'readable' : 'key_wanted';
    const columns = hashed
      ? [{ header: 'hmac-sha256 key=5d20ae64c07b93f1', field: 'hash' as const, sample: '9f86d081884c7d65…' }]
      : [
          { header: '手机号码', field: 'number' as const, sample: '13922104471' },
          { header: '备注', field: 'reason' as const, sample: '来电要求不再联系' },
          { header: '登记人', field: null, sample: '王磊' },
        ];
    const usable = hashes !== 'key_wanted';
    const sheet = {
      name: '勿扰名单_十一月.xlsx',
      form: 'xlsx',
      encoding: null,
      sheets: ['名单'],
      sheet: '名单',
    } as const;
    return { ...sheet, sheets: ['名单'], columns, remembered: false, hashes, usable };
  };
  const queries = {
    DoNotCallQuery: () => count,
    PreviewDoNotCall: ({ reading }) => preview(reading.key),
    RehearseDoNotCall: async () => {
      await pause(400);
      return counts;
    },
  } satisfies Part<'query'>;
  const mutations = {
    BarNumber: ({ number }) => {
      const { flaw } = readNumber(number);
      if (flaw) throw new Trouble('bad_number', '', { flaw });
      count.numbers += 1;
      return { outcome: 'done' };
    },
    ImportDoNotCall: async () => {
      for (let done = 100; done < 1000; done += 100) {
        await pause(120);
        scene.tell({
          event: 'import_progress',
          progress: { file: 'file-1', phase: 'writing', rows: done, done, left_ms: null },
        });
      }
      count.numbers += counts.new;
      return counts;
    },
  } satisfies Part<'mutate'>;
  const triggers = {
    ExportGuardLog: async () => {
      await pause(200);
      return { outcome: 'saved', path: 'D:\\合规\\bohao-guard-log_2026-11-28.jsonl', rows: 3 };
    },
    ExportDoNotCall: async ({ numbers }) => {
      await pause(300);
      const sheet = {
        outcome: 'saved',
        path: 'D:\\合规\\勿扰名单_2026-11-28.xlsx',
        rows: count.numbers,
      } as const;
      return { sheet, left_out: count.hashes, key: numbers === 'keyed' ? KEY : null };
    },
  } satisfies Part<'trigger'>;
  return { queries, mutations, triggers };
}
