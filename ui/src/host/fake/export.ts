import type { BackedUp, ExportedCalls } from '../../wire';
import { pause, type Part } from './part';
import type { Scene } from './scene';

const FIELDS =
  /^(date|time|customer|number|own|status|length|subid|call|note|日期|时间|客户|号码|主叫|状态|时长|标识|编号|备注)$/;

export function exporting(scene: Scene) {
  const stopped = new Set<string>();
  const holds = () => ({
    made_at: scene.now() - 86_400_000,
    version: '0.1.0',
    calls: scene.rows.length,
    recordings: 702,
    missing: 3,
  });
  const queries = {
    RecordingNameQuery: ({ template, numbers }) => {
      for (const [, field = ''] of template.matchAll(/\{([^}]*)\}/g)) {
        if (!FIELDS.test(field.trim())) return { read: 'flawed', field };
      }
      const number = numbers === 'whole' ? '13922104471' : '139xxxx4471';
      const name = template.replace(/\{(date|日期)\}/g, '2026-11-21').replace(/_?\{(customer|客户)\}/g, '');
      return { read: 'example', name: `${name.replace(/\{[^}]*\}/g, number)}.wav` };
    },
  } satisfies Part<'query'>;
  const mutations = {
    StopJob: ({ job }) => {
      stopped.add(job);
      return { outcome: 'done' };
    },
  } satisfies Part<'mutate'>;
  const triggers = {
    ExportCalls: async ({ job, recordings, calls }): Promise<ExportedCalls> => {
      const total = calls?.length ?? scene.rows.length;
      for (const step of recordings === undefined
        ? (['calls'] as const)
        : (['calls', 'recordings'] as const)) {
        for (let part = 1; part <= 10; part++) {
          await pause(scene.words.has('slow') ? 600 : 40);
          if (stopped.has(job)) return { outcome: 'cancelled' };
          scene.tell({ event: 'job_progress', job, step, done: Math.floor((total * part) / 10), total });
        }
      }
      const folder = 'D:\\客户\\通话记录_2026-11-21_录音';
      return {
        outcome: 'saved',
        path: 'D:\\客户\\通话记录_2026-11-21.xlsx',
        rows: total,
        recordings: recordings === undefined ? null : { folder, saved: 702, missing: 3 },
      };
    },
    ShowSaved: () => ({ outcome: 'done' }),
    BackUp: async ({ job }): Promise<BackedUp> => {
      for (const step of ['database', 'recordings', 'checking'] as const) {
        for (let part = 1; part <= 5; part++) {
          await pause(scene.words.has('slow') ? 600 : 40);
          if (stopped.has(job)) return { outcome: 'cancelled' };
          scene.tell({ event: 'job_progress', job, step, done: 140 * part, total: 700 });
        }
      }
      return { outcome: 'saved', path: 'D:\\备份\\bohao_2026-11-21.zip', bytes: 412_000_000, holds: holds() };
    },
    ChooseBackup: () => ({
      outcome: 'chosen',
      path: 'D:\\备份\\bohao_2026-11-21.zip',
      holds: holds(),
    }),
    RestoreBackup: async () => {
      await pause(400);
      return { outcome: 'ready', holds: holds() };
    },
    RestartProgram: () => ({ outcome: 'done' }),
  } satisfies Part<'trigger'>;
  return { queries, mutations, triggers };
}
