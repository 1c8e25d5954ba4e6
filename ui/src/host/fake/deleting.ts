import type { CallRow, Deletion, View } from '../../wire';
import type { Part } from './part';
import type { Scene } from './scene';

const MOMENT_MS = 10_000;

export function deleting(scene: Scene) {
  let views: View[] = [];
  let before: CallRow[] = [];

  const take = (gone: (row: CallRow) => boolean, erasure: boolean): Deletion => {
    before = scene.rows;
    scene.rows = before.filter((row) => !gone(row));
    const id = (scene.desk.deletion?.id ?? 0) + 1;
    const undo_until = scene.now() + MOMENT_MS;
    const deletion = { id, calls: before.length - scene.rows.length, undo_until, erasure };
    scene.desk = { ...scene.desk, deletion };
    scene.tell({ event: 'desk_changed' });
    return deletion;
  };

  const queries = {
    ViewsQuery: () => ({ views }),
    ErasureQuery: ({ number }) => {
      const mine = scene.rows.filter((row) => row.tel_b === number);
      const recordings = mine.filter((row) => row.recording === 'saved').length;
      return { number, calls: mine.length, recordings, backups: 1, set_aside: [] };
    },
  } satisfies Part<'query'>;
  const mutations = {
    DeleteCalls: ({ selection }) => {
      const gone = scene.chosen(selection);
      return take((row) => gone.has(row.call), false);
    },
    EraseNumber: ({ number }) => take((row) => row.tel_b === number, true),
    UndoDeletion: () => {
      const calls = before.length - scene.rows.length;
      scene.rows = before;
      scene.desk = { ...scene.desk, deletion: null };
      scene.tell({ event: 'desk_changed' });
      return { outcome: 'restored', calls };
    },
    SaveView: ({ name, query, days }) => {
      const id = views.length + 1;
      views = [...views.filter((view) => view.name !== name), { id, name, query, days: days ?? null }];
      return { views };
    },
    RenameView: ({ view, name }) => {
      views = views.map((one) => (one.id === view ? { ...one, name } : one));
      return { views };
    },
    RemoveView: ({ view }) => {
      views = views.filter((one) => one.id !== view);
      return { views };
    },
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}
