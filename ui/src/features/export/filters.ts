import { recordingWord } from '../../parts/mood';
import type { CallsQuery } from '../../wire';
import { dayOf, length } from '../../words/format';
import { veiled } from '../../words/veiled.svelte';
import type { Words } from '../../words/zh';

function recordingWords({ recording }: CallsQuery, t: Words): string {
  if (!recording) return '';
  if (recording === 'saved') return t.export.recorded;
  return recording === 'none' ? t.filters.noRecording : t.filters.recordingIs(recordingWord(recording, t));
}

/** A question to the log in words, as one reads its filters. */
export function filterWords(query: CallsQuery, now: number, t: Words): string[] {
  const day = (at: number) => dayOf(at, now, t.tag);
  const words = [
    query.search && t.export.searched(veiled(query.search)),
    query.since != null && t.export.from(day(query.since)),
    query.until != null && t.export.before(day(query.until)),
    query.status && t.answers.status[query.status],
    query.state && t.answers.state[query.state],
    recordingWords(query, t),
    query.leaving_until != null && t.custody.filterLeaving,
    query.starred && t.custody.starred,
    (query.tel_b || query.customer != null) && t.export.oneCustomer,
    query.outcome != null && t.export.oneOutcome,
    query.list != null && t.export.oneList,
    query.tel_a && t.export.ownNumber,
    query.min_duration != null && t.export.atLeast(length(query.min_duration)),
    query.max_duration != null && t.export.atMost(length(query.max_duration)),
  ];
  return words.filter((word): word is string => typeof word === 'string' && word !== '');
}
