import type { ImportPreview, ImportReading, PastImport, RecordField } from '../../wire';
import { Trouble } from '../trouble';
import { pause, type Part } from './part';
import type { Scene } from './scene';

const COLUMNS: [string, RecordField | null, string][] = [
  ['通话标识', 'subid', '04202611211352047781'],
  ['主叫号码', 'tel_a', '13800006620'],
  ['客户手机', 'tel_b', '13922104471'],
  ['拨打时间', 'started_at', '2026-11-23 14:07:00'],
  ['计费秒数', 'duration', '192'],
  ['接通状态', 'status', '已接通'],
  ['客户姓名', 'customer_name', '陈立'],
  ['坐席', null, '销售一部 王磊'],
];

/** Imports of a file that is none: `import_flaw` refuses it, `import_unknown` knows no column, `import_again` is the sheet of a list. */
export function importing(scene: Scene) {
  let cancelled = false;
  const past: PastImport[] = [
    count(1, '十月话单.xlsx', scene.now() - 30 * 86_400_000, null),
    count(2, '旧系统导出.csv', scene.now() - 12 * 86_400_000, scene.now() - 11 * 86_400_000),
  ].reverse();
  const progress = (phase: 'rehearsing' | 'writing', done: number) =>
    scene.tell({
      event: 'import_progress',
      progress: {
        file: 'file-1',
        phase,
        rows: Math.round(done * 12.84),
        done,
        left_ms: done < 100 ? null : (1000 - done) * 8,
      },
    });
  const report = () => ({
    rows: 12_840,
    new: 11_206,
    merged: 410,
    same: 1_221,
    rejected: [
      { row: 14, column: '客户手机', flaw: 'rounded' as const, reason: 'rounded' },
      { row: 96, column: '拨打时间', flaw: 'bad_time' as const, reason: 'no time' },
      { row: 2071, column: '通话标识', flaw: 'no_subid' as const, reason: 'no id' },
    ],
  });
  const queries = {
    PreviewImport: ({ reading }) => preview(scene, reading),
    RehearseImport: async () => {
      for (let done = 200; done < 1000; done += 200) {
        await pause(120);
        progress('rehearsing', done);
      }
      return report();
    },
    ImportsQuery: () => ({ imports: past }),
  } satisfies Part<'query'>;
  const mutations = {
    HandOver: ({ name, content }) => ({ file: 'file-1', name, bytes: content.length }),
    RunImport: async () => {
      cancelled = false;
      for (let done = 0; done < 1000; done += 20) {
        await pause(80);
        if (cancelled) return { outcome: 'cancelled' };
        progress('writing', done);
      }
      past.unshift(count(past.length + 1, '十一月话单.xlsx', scene.now(), null));
      return { outcome: 'done', import: past.length, report: report() };
    },
    CancelImport: () => {
      cancelled = true;
      return { outcome: 'done' };
    },
    CloseImport: () => ({ outcome: 'done' }),
    UndoImport: async ({ import: which }) => {
      await pause(600);
      const known = past.find((one) => one.import === which);
      if (known) known.undone_at = scene.now();
      return { removed: 11_203, reduced: 410, kept: 3 };
    },
  } satisfies Part<'mutate'>;
  const triggers = {
    ChooseImportFile: async () => {
      await pause(150);
      if (scene.words.has('import_flaw')) {
        throw new Trouble('unreadable_file', '', { reason: 'bomb' });
      }
      return { outcome: 'chosen', staged: { file: 'file-1', name: '十一月话单.xlsx', bytes: 1_240_000 } };
    },
    SaveRejected: () => ({ outcome: 'done' }),
  } satisfies Part<'trigger'>;
  return { queries, mutations, triggers };
}

function preview(scene: Scene, reading: ImportReading): ImportPreview {
  const known = !scene.words.has('import_unknown');
  const fields = reading.mapping ?? COLUMNS.map(([, field]) => (known ? field : null));
  const usable = fields.includes('subid') || (fields.includes('tel_b') && fields.includes('started_at'));
  const status = (row: number) => (row % 3 ? ('connected' as const) : ('not_connected' as const));
  return {
    name: '十一月话单.xlsx',
    form: 'xlsx',
    encoding: null,
    delimiter: null,
    sheets: ['话单', '汇总', '说明'],
    sheet: reading.sheet ?? '话单',
    zone: reading.zone ?? 'Asia/Shanghai',
    columns: COLUMNS.map(([header, , sample], at) => ({ header, field: fields[at] ?? null, sample })),
    remembered: false,
    usable,
    rows: [2, 3, 4, 5, 6].map((row) =>
      row === 4
        ? {
            outcome: 'rejected',
            rejected: { row, column: '客户手机', flaw: 'rounded', reason: 'rounded' },
          }
        : {
            outcome: 'read',
            row,
            record: {
              subid: `0420261121135204778${row}`,
              tel_a: '13800006620',
              tel_x: null,
              tel_b: `139221044${70 + row}`,
              started_at: 1_795_414_020_000 + row * 190_000,
              ended_at: null,
              duration: row % 3 ? 48 * row : 0,
              status: status(row),
              reason: null,
              name: ['陈立', '周敏', '', '李静', '吴凯'][row - 2] ?? '',
              company: '',
            },
          },
    ),
  };
}

function count(id: number, name: string, at: number, undone_at: number | null): PastImport {
  return {
    import: id,
    name,
    at,
    rows: 12_840,
    new: 11_206,
    merged: 410,
    same: 1_221,
    rejected: 3,
    undone_at,
  };
}
