import type { CustodyRules, CustodyTask, FilesChecked, TaskKind } from '../../wire';
import type { Part } from './part';
import type { Scene } from './scene';

const DAY = 24 * 3_600_000;
const MEGABYTE = 1024 * 1024;

export function custody(scene: Scene) {
  let rules: CustodyRules = {
    fetch: 'always',
    night_from: 22 * 60,
    night_until: 7 * 60,
    link_hosts: [],
    keep_months: null,
  };
  let task: CustodyTask | null = null;
  let checked: FilesChecked | null = null;
  let folder = '';

  const count = (state: string) => scene.rows.filter((row) => row.recording === state).length;
  const leaving = (within: number) =>
    scene.rows.filter((row) => row.recording_leaves_at && row.recording_leaves_at <= scene.now() + within);

  /** A task that takes three seconds, told as it goes. */
  function begin(kind: TaskKind, total: number, left = 0, end = () => {}): CustodyTask {
    const begun: CustodyTask = { kind, state: 'running', done: 0, total, bytes: 0, left: 0, fault: null };
    task = begun;
    const step = () => {
      if (task?.state !== 'running') return;
      const done = Math.min(total, task.done + Math.max(1, Math.ceil(total / 15)));
      const state = done === total ? 'done' : 'running';
      task = {
        ...task,
        done,
        bytes: Math.round(done * 0.8 * MEGABYTE),
        left: state === 'done' ? left : 0,
        state,
      };
      if (state === 'done') end();
      else setTimeout(step, 200);
      scene.tell({ event: 'custody_told', task });
    };
    setTimeout(step, 200);
    return begun;
  }

  const queries = {
    CustodyQuery: () => {
      const [saved, waiting, failed] = [count('saved'), count('waiting'), count('failed')];
      const standing = [
        { state: 'saved', reason: '', recordings: saved, bytes: saved * 800_000 },
        { state: 'waiting', reason: 'not_ready', recordings: waiting, bytes: 0 },
        { state: 'failed', reason: 'refused', recordings: failed, bytes: 0 },
        { state: 'gone', reason: 'not_ready', recordings: count('gone'), bytes: 0 },
      ] as const;
      const months = ['2026-11', '2026-10', '2026-09'].map((month, index) => ({
        month,
        recordings: Math.ceil(saved / (index + 2)),
        bytes: Math.ceil((saved * 800_000) / (index + 2)),
      }));
      const full = scene.words.has('full');
      return {
        standing: standing.filter((one) => one.recordings > 0),
        none: count('none'),
        next_try_at: waiting ? scene.now() + 240_000 : null,
        leaving: {
          day: leaving(DAY).length,
          two_days: leaving(2 * DAY).length,
          week: leaving(7 * DAY).length,
          first_at: leaving(30 * DAY)[0]?.recording_leaves_at ?? null,
        },
        pause: full
          ? { why: 'disk_full' as const, until: null }
          : rules.fetch === 'by_hand'
            ? { why: 'by_hand' as const, until: null }
            : null,
        months: saved > 0 ? months : [],
        folder: folder || 'C:\\Users\\li\\AppData\\Bohao\\recordings',
        own_folder: folder === '',
        free_bytes: full ? 12 * MEGABYTE : 312_000 * MEGABYTE,
        task,
        checked,
      };
    },
    CustodyRulesQuery: () => rules,
    PreviewKeepRule: ({ months }) => ({
      before: scene.now() - months * 30 * DAY,
      recordings: 214,
      bytes: 171 * MEGABYTE,
      unheard: 18,
      starred: 6,
    }),
  } satisfies Part<'query'>;
  const mutations = {
    SetCustodyRules: (change) => (rules = change.rules),
    FetchAllRecordings: () => begin('fetch_all', count('waiting') + count('failed'), 1),
    MoveRecordings: (to) => begin('move', count('saved'), 0, () => (folder = to.folder)),
    CheckRecordings: () => {
      const found = { missing: 2, damaged: 1, to_be_had: 2 };
      const strays = { strays: ['会议录音.m4a', '新建文本文档.txt'], stray_files: 2 };
      const end = () => (checked = { at: scene.now(), sound: count('saved') - 3, ...found, ...strays });
      return begin('check', count('saved'), 3, end);
    },
    RepairRecordings: () => begin('repair', 3, 1),
    SaveRecordings: ({ selection }) => {
      const calls = scene.chosen(selection);
      const missing = scene.rows.filter((row) => calls.has(row.call) && row.recording !== 'saved');
      return begin('save', calls.size, missing.length);
    },
    CancelCustodyTask: () => {
      if (task) scene.tell({ event: 'custody_told', task: (task = { ...task, state: 'cancelled' }) });
      return { outcome: 'done' };
    },
    MarkHeard: ({ call }) => scene.recording(scene.find(call)),
    StarRecording: ({ call, starred }) => {
      const row = { ...scene.find(call), starred };
      scene.put(row);
      return row;
    },
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}
