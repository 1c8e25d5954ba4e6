import type { CallRow } from '../../wire';
import { pause, type Part } from './part';
import { Trouble } from '../trouble';
import { readNumber } from './numbers';
import { madeUpRow, seeded } from './rows';
import type { Scene } from './scene';

export function calls(scene: Scene) {
  const queries = {
    CallsQuery: (ask) => {
      const found = scene.asked(ask);
      const offset = ask.offset ?? 0;
      const page = found.slice(offset, offset + (ask.limit || 100));
      return { rows: page, total: found.length, more: false };
    },
    CallQuery: ({ call }) => {
      const row = scene.find(call);
      const recorded_at = row.state === 'recorded' ? row.at + 30_000 : null;
      const times = { sent_at: row.at, answered_at: row.at + 320, recorded_at };
      const kept = {
        outcomes: [],
        follow_up: scene.wishOf(call),
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
    LogCall: ({ number, tel_a, status, started_at, duration, note }) => {
      const read = readNumber(number);
      if (!read.number) throw new Trouble('bad_number', '', { flaw: read.flaw });
      const row: CallRow = {
        ...madeUpRow(0, started_at, seeded(3)),
        call: crypto.randomUUID(),
        tel_a: tel_a ?? null,
        tel_b: read.number.digits,
        status,
        duration: duration ?? null,
        ended_at: duration ? started_at + duration * 1000 : null,
        started_at,
        reason: null,
        recording: 'none',
        note: note ?? '',
        placed_here: false,
        by_hand: true,
      };
      scene.put(row);
      return { row, merged: false };
    },
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}
