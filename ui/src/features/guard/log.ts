import { blockSaid } from '../dial/outcome';
import type { GuardEntry, GuardRules } from '../../wire';
import { veiled } from '../../words/veiled.svelte';
import type { Words } from '../../words/zh';

/** What an entry of the guard's log is about. */
export function titleOf({ what }: GuardEntry, words: Words): string {
  if (what.kind === 'refused') return words.guard.refused(what.tail);
  if (what.kind === 'barred') return words.guard.barred(what.tail);
  if (what.kind === 'lifted') return words.guard.lifted(what.tail);
  if (what.kind === 'barred_many') return words.guard.barredMany(what.count);
  if (what.kind === 'masked') return words.guard.masked;
  if (what.kind === 'unmasked') return words.guard.unmasked[what.by];
  if (what.kind === 'loss_acknowledged') return words.guard.lossAcknowledged;
  return what.kind === 'rules' ? words.guard.changed : words.guard.unknown;
}

/** What it tells, line by line. */
export function detailOf({ what, reason }: GuardEntry, now: number, words: Words): string[] {
  const said = reason ? [veiled(reason)] : [];
  if (what.kind === 'refused') return [blockSaid(what.block, now, words).what, ...said];
  if (what.kind === 'rules') return [...changes(what.from, what.to, words), ...said];
  if (what.kind === 'barred_many') return [veiled(what.sheet), ...said];
  return what.kind === 'unknown' ? [veiled(what.change)] : said;
}

/** Only the rules that differ. */
function changes(from: GuardRules, to: GuardRules, words: Words): string[] {
  const { hours, gap, per5min, per24h, perDay } = words.settings;
  const rows: [string, string, string][] = [
    [hours, from.hours, to.hours],
    [gap, `${from.gap}`, `${to.gap}`],
    [per5min, `${from.per_5min}`, `${to.per_5min}`],
    [per24h, `${from.per_24h}`, `${to.per_24h}`],
    [perDay, `${from.per_day}`, `${to.per_day}`],
    [words.guard.blocked, patterns(from), patterns(to)],
  ];
  return rows
    .filter(([, before, after]) => before !== after)
    .map(([name, before, after]) => `${name}: ${before || '–'} → ${after || '–'}`);
}

function patterns(rules: GuardRules): string {
  return rules.blocked.map((blocked) => veiled(blocked.pattern)).join('  ');
}
