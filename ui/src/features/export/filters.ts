import type { CallsQuery } from '../../wire';
import { dayOf, length } from '../../words/format';
import type { Words } from '../../words/zh';

/** A question to the log in words, as one reads its filters. */
export function filterWords(query: CallsQuery, now: number, t: Words): string[] {
  const day = (at: number) => dayOf(at, now, t.tag);
  const words = [
    query.search && t.export.searched(query.search),
    query.since != null && t.export.from(day(query.since)),
    query.until != null && t.export.before(day(query.until)),
    query.status && t.answers.status[query.status],
    query.state && t.answers.state[query.state],
    query.recorded && t.export.recorded,
    query.tel_a && t.export.ownNumber,
    query.min_duration != null && t.export.atLeast(length(query.min_duration)),
    query.max_duration != null && t.export.atMost(length(query.max_duration)),
  ];
  return words.filter((word): word is string => typeof word === 'string' && word !== '');
}
