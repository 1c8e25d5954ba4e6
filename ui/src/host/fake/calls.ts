import type { CallRow } from '../../wire';
import { pause, type Part } from './part';
import type { Scene } from './scene';

export function calls(scene: Scene) {
  const queries = {
    CallsQuery: (ask) => {
      const found = scene.rows.filter(
        (row) =>
          (!ask.search ||
            `${row.tel_b} ${row.note} ${row.customer?.name} ${row.customer?.company}`.includes(
              ask.search.replace(/\s/g, ''),
            )) &&
          (!ask.status || row.status === ask.status) &&
          (!ask.outcome || row.outcome?.outcome === ask.outcome) &&
          (!ask.customer || row.customer?.customer === ask.customer) &&
          (!ask.recorded || row.recording === 'saved') &&
          (!ask.recording || row.recording === ask.recording) &&
          (!ask.leaving_until || (row.recording_leaves_at ?? Infinity) <= ask.leaving_until) &&
          (!ask.since || row.at >= ask.since),
      );
      const page = found.slice(ask.offset, ask.offset + (ask.limit || 100));
      return { rows: page, total: found.length, more: false };
    },
    CallQuery: ({ call }) => {
      const row = scene.find(call);
      const recorded_at = row.state === 'recorded' ? row.at + 30_000 : null;
      const times = { sent_at: row.at, answered_at: row.at + 320, recorded_at };
      const kept = {
        outcomes: [],
        follow_up: scene.wishes.get(call) ?? null,
        answers: [],
        do_not_call: null,
      };
      return { row, ...times, ...kept, records: recorded_at ? 1 : 0, recording: scene.recording(row) };
    },
    TodayQuery: () => scene.today(),
  } satisfies Part<'query'>;
  const mutations = {
    SetNote: ({ call, note }) => {
      const row = { ...scene.find(call), note };
      scene.put(row);
      return row;
    },
    FetchRecording: async ({ call }) => {
      await pause(1200);
      const row: CallRow = { ...scene.find(call), recording: 'saved', recording_leaves_at: null };
      scene.put(row);
      return scene.recording(row);
    },
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}
