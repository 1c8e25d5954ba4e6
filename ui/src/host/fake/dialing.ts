import type { CallRow, Placed } from '../../wire';
import { Trouble } from '../trouble';
import { readNumber } from './numbers';
import { FIRST_OUTCOMES } from './outcomes';
import { cardOf } from './people';
import { pause, type Part } from './part';
import { madeUpRow, seeded } from './rows';
import type { Scene } from './scene';

/** What the fake host does to a number, by its last digit; anything else is answered at length. */
const ENDINGS: Record<string, (call: string) => Placed> = {
  '1': (call) => ({ state: 'refused', call, code: 7001, message: '正在呼叫中', class: 'line' }),
  '2': (call) => ({ state: 'refused', call, code: 9001, message: '余额不足', class: 'account' }),
  '3': (call) => ({ state: 'unknown', call, message: 'timed out' }),
  '4': (call) => ({ state: 'not_sent', call, message: 'dns error', why: 'name_not_found' }),
  '5': () => ({
    state: 'blocked',
    message: 'five calls in 24 hours',
    block: { rule: 'per5min', count: 3, limit: 3, frees_at: Date.now() + 154_000 },
  }),
  '6': (call) => ({ state: 'refused', call, code: 1005, message: '账号错误', class: 'set_up' }),
};

export function dialing(scene: Scene) {
  const queries = {
    LookUpNumber: ({ text }) => {
      const read = readNumber(text);
      const known = scene.rows.filter((row) => read.number && row.tel_b === read.number.digits);
      const blocked = read.number?.digits.endsWith('5');
      const block = { rule: 'per5min' as const, count: 3, limit: 3, frees_at: scene.now() + 154_000 };
      const count = known.length;
      const counters = [
        { rule: 'per5min' as const, count: blocked ? 3 : 0, limit: 3 },
        { rule: 'per24h' as const, count, limit: 5 },
        { rule: 'per_day' as const, count: scene.today().dialled, limit: 200 },
      ];
      const guard = { block: blocked ? block : null, counters };
      const who = read.number ? cardOf(read.number.digits) : null;
      const outcome = known.find((row) => row.outcome)?.outcome ?? (who ? (FIRST_OUTCOMES[0] ?? null) : null);
      return {
        ...read,
        customer: who,
        calls: known.length,
        last: known[0] ?? null,
        outcome,
        do_not_call: null,
        guard: read.number ? guard : null,
      };
    },
  } satisfies Part<'query'>;
  const mutations = {
    PlaceCall: ({ number }) => place(scene, number),
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}

/** Dials a number, and plays what becomes of it. */
export async function place(scene: Scene, number: string): Promise<Placed> {
  const read = readNumber(number).number;
  if (!read) throw new Trouble('bad_number');
  const call = crypto.randomUUID();
  const blank = {
    ...madeUpRow(0, scene.now(), seeded(5)),
    call,
    tel_b: read.digits,
    customer: cardOf(read.digits),
    outcome: null,
    status: null,
    duration: null,
  };
  const row: CallRow = {
    ...blank,
    state: 'sending',
    started_at: null,
    ended_at: null,
    recording: 'none',
    reason: null,
    note: '',
    subid: null,
  };
  const ending = ENDINGS[read.digits.slice(-1)]?.(call);
  if (ending?.state === 'blocked') return ending;
  scene.put(row);
  await pause(600);
  if (!ending) {
    scene.put({ ...row, state: 'accepted', subid: '04202611211352047781', recording: 'waiting' });
    playOut(scene, { ...row, state: 'accepted', subid: '04202611211352047781' });
    return {
      state: 'accepted',
      call,
      code: 200,
      message: '成功',
      subid: '04202611211352047781',
      tel_x: '13500008842',
    };
  }
  scene.put({
    ...row,
    state: ending.state as CallRow['state'],
    code: 'code' in ending ? ending.code : null,
    reason: ending.message,
  });
  return ending;
}

/** What becomes of a call that the platform took. */
function playOut(scene: Scene, row: CallRow): void {
  const later = (ms: number, change: Partial<CallRow>) =>
    setTimeout(() => scene.put((row = { ...row, ...change })), ms);
  const ended = { started_at: row.at + 2000, ended_at: row.at + 20_000, duration: 48 };
  later(7000, { state: 'recorded', status: 'connected', recording: 'waiting', ...ended });
  const progress = { call: row.call, received: 400_000, total: 768_000 };
  setTimeout(() => scene.tell({ event: 'recording_progress', ...progress }), 8500);
  later(10_000, { state: 'recorded', status: 'connected', ...ended, recording: 'saved' });
}
