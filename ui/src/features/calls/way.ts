import type { CallDetail } from '../../wire';
import type { Words } from '../../words/zh';

export interface Stop {
  at: number;
  word: string;
}

/** What happened to a call and when, in the order of time. */
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
  return stops
    .filter((stop): stop is [number, string] => stop[0] !== null)
    .map(([at, word]) => ({ at, word }))
    .sort((a, b) => a.at - b.at);
}
