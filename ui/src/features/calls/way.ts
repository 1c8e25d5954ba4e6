import type { CallDetail } from '../../wire';
import type { Words } from '../../words/zh';

export interface Stop {
  at: number;
  word: string;
}

/**
 * What happened to a call and when, in the order in which it must have happened: the platform's
 * times are whole seconds of another clock, and would put a call's beginning before its request.
 */
export function wayOf({ row, sent_at, answered_at, recorded_at, records }: CallDetail, words: Words): Stop[] {
  const { detail } = words;
  const answer = row.state === 'refused' ? detail.wayRefused : detail.wayAnswered;
  const stops: [number | null, string][] = [
    [sent_at, detail.waySent],
    [answered_at, answer],
    [row.started_at, detail.wayBegan],
    [row.ended_at, detail.wayEnded],
    [recorded_at, records > 1 ? detail.wayRecords(records) : detail.wayRecorded],
  ];
  return stops.flatMap(([at, word]) => (at === null ? [] : [{ at, word }]));
}
