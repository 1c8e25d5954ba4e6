import type { NotConnectedFor, Report } from '../../wire';
import { reasonSaid } from '../../words/reasons';
import { veiled } from '../../words/veiled.svelte';
import type { Words } from '../../words/zh';

/** Why calls were not connected, in words. */
export function reasonRows(report: Report, t: Words): { name: string; calls: number; before: number }[] {
  const rows = new Map<string, { name: string; calls: number; before: number }>();
  for (const { why, calls, before } of report.reasons) {
    // Several words of the platform's may come to the same in another language.
    const name = whyNot(why, t);
    const known = rows.get(name) ?? { name, calls: 0, before: 0 };
    rows.set(name, { name, calls: known.calls + calls, before: known.before + before });
  }
  return [...rows.values()];
}

function whyNot(why: NotConnectedFor, t: Words): string {
  const words = t.reports;
  switch (why.why) {
    case 'not_connected':
    case 'failed': {
      const said = why.reason ? veiled(reasonSaid(why.reason, t)) : words.noReason;
      return `${t.answers.status[why.why]} · ${said}`;
    }
    case 'refused':
      return why.code === null ? words.refused : `${words.refused} · ${why.code}`;
    case 'dialled':
      return words.dialledOnly;
    case 'no_record':
      return words.noRecord;
    case 'rare':
      return words.rare;
    case 'not_sent':
      return words.notSent;
  }
}
