import type { CallRow, CallStatus } from '../../wire';
import { FIRST_OUTCOMES } from './outcomes';
import { whoIs } from './people';

const REASONS = ['客户未接', '无人应答', '关机', '停机', '用户忙'];
const NOTES = [
  '要两吨冷链报价，周四前发；关注夜间卸货。',
  '',
  '',
  '三月询过价，嫌运价高。开场先问仓库位置。',
  '',
  '转采购部，约下周一上午十点。',
  '',
];
const MINUTE = 60_000;

/** The same numbers on every run, so that pictures can be compared. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 16807) % 2147483647) / 2147483647;
}

/** A log of made-up calls, newest first. */
export function madeUpRows(count: number, now: number): CallRow[] {
  const random = seeded(11);
  let at = now - 9 * MINUTE;
  return Array.from({ length: count }, (_, index) => {
    at -= Math.floor((3 + random() * 14) * MINUTE);
    return madeUpRow(index, at, random);
  });
}

/** The few whose recording is not here: one has time, one has hours. */
function leavesAt(index: number, at: number): number | null {
  if (index === 4) return at + 26 * 24 * 60 * MINUTE;
  return index === 7 ? at + 22 * 60 * MINUTE : null;
}

export function madeUpRow(index: number, at: number, random: () => number): CallRow {
  const dice = random();
  const status: CallStatus =
    dice < 0.55 ? 'connected' : dice < 0.85 ? 'not_connected' : dice < 0.95 ? 'failed' : 'dialled';
  const connected = status === 'connected';
  const duration = connected ? Math.floor(12 + random() * random() * 420) : 0;
  const landline = random() < 0.12;
  const tail = String(Math.floor(random() * 1e8)).padStart(8, '0');
  return {
    call: `00000000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    subid: `0420261121${String(135204000000 + index * 7781)}`,
    state: 'recorded',
    status,
    tel_a: '13800006620',
    tel_x: '13500008842',
    customer: index % 4 === 1 ? null : whoIs(index),
    tel_b: landline ? `021${tail}` : `1${['39', '86', '57', '50', '33', '77'][index % 6]}${tail}`,
    at,
    started_at: at + 4_000,
    ended_at: at + 16_000 + duration * 1000,
    duration,
    reason: connected ? null : (REASONS[index % REASONS.length] ?? null),
    code: null,
    recording: connected
      ? index === 4
        ? 'waiting'
        : index === 7
          ? 'failed'
          : index === 12
            ? 'gone'
            : 'saved'
      : 'none',
    note: connected ? (NOTES[index % NOTES.length] ?? '') : '',
    outcome: connected
      ? (FIRST_OUTCOMES[[0, 1, 2, 0, 1, 5][index % 6] ?? 0] ?? null)
      : index % 5 === 1
        ? (FIRST_OUTCOMES[3] ?? null)
        : null,
    placed_here: index % 9 !== 4,
    recording_leaves_at: connected ? leavesAt(index, at) : null,
    starred: connected && index % 31 === 0,
    by_hand: index % 31 === 17,
  };
}
