import type { CallRow, FollowUp } from '../../wire';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let made = 0;

/** A wish that stands and is due in an hour. */
export function aWish(now: number): FollowUp {
  return {
    follow_up: ++made,
    number: '13922104471',
    call: null,
    due_at: now + HOUR,
    meant: null,
    why: '',
    kind: 'follow_up',
    state: 'open',
    made_at: now,
  };
}

const DUE: [number, string][] = [
  [-2 * DAY, '报价是否收到；让他把仓库地址发过来，另外问一下夜间卸货要不要加钱，财务已经批了'],
  [-25 * MINUTE, '合同'],
  [HOUR, '要两吨冷链报价'],
  [3 * HOUR, ''],
  [DAY, '转采购部'],
  [2 * DAY, '周四上午在办公室'],
  [4 * DAY, ''],
  [20 * DAY, '续约'],
];

/** Follow-ups of made-up calls, some in each section. */
export function madeUpWishes(rows: CallRow[], now: number, words: Set<string>): FollowUp[] {
  const minute = Math.floor(now / MINUTE) * MINUTE;
  const count = words.has('many') ? 700 : DUE.length;
  const agreed = Array.from({ length: words.has('calm') ? 0 : count }, (_, index): FollowUp => {
    const [away = 0, why = ''] = DUE[index % DUE.length] ?? [];
    const row = rows[index * 3 + 20];
    return {
      ...aWish(now - 5 * DAY),
      number: row?.tel_b ?? '13922104471',
      call: row?.call ?? null,
      due_at: minute + away + Math.floor(index / DUE.length) * 7 * MINUTE,
      meant: index === 4 ? { local: '2026-12-01T10:00', offset_minutes: 540 } : null,
      why,
    };
  });
  const again = rows.slice(2, 9).map((row, index): FollowUp => ({
    ...aWish(row.at),
    number: row.tel_b ?? '',
    call: row.call,
    due_at: minute + (index - 3) * HOUR,
    kind: 'again',
  }));
  const done = {
    ...aWish(now - DAY),
    number: rows[60]?.tel_b ?? '',
    due_at: now - DAY,
    state: 'done' as const,
  };
  return [...agreed, ...again, done];
}
