import { describe, expect, it } from 'vitest';
import type { GuardEntry, GuardRules } from '../../wire';
import { en } from '../../words/en';
import { zh } from '../../words/zh';
import { detailOf, titleOf } from './log';

const RULES: GuardRules = {
  hours: '08:00-21:00',
  gap: 60,
  per_5min: 3,
  per_24h: 5,
  per_day: 0,
  blocked: [{ pattern: '00*', why: '国际长途' }],
};

function entry(what: GuardEntry['what'], reason = ''): GuardEntry {
  return { id: 1, at: 1, what, reason, chain: null };
}

describe('the guard’s log', () => {
  it('tells only the rules that changed, and why', () => {
    const to = { ...RULES, gap: 0, blocked: [] };
    const changed = entry({ kind: 'rules', from: RULES, to }, 'a campaign');
    expect(titleOf(changed, en)).toBe(en.guard.changed);
    expect(detailOf(changed, 1, en)).toEqual([
      `${en.settings.gap}: 60 → 0`,
      `${en.guard.blocked}: 00* → –`,
      'a campaign',
    ]);
  });

  it('tells of a refused dial by its last digits and its rule alone', () => {
    const block = { rule: 'pattern', count: 0, limit: 0, frees_at: null, why: '声讯收费' } as const;
    const refused = entry({ kind: 'refused', tail: '4471', block });
    expect(titleOf(refused, zh)).toContain('4471');
    expect(detailOf(refused, 1, zh).join()).toContain('声讯收费');
  });

  it('tells by what numbers were shown whole, and of lists by their size alone', () => {
    const by = (by: 'password' | 'confirmation') => titleOf(entry({ kind: 'unmasked', by }), zh);
    expect(by('password')).not.toBe(by('confirmation'));
    const many = entry({ kind: 'barred_many', count: 1204, sheet: '13922104471.csv' }, '法务 13922104471');
    expect(titleOf(many, en)).toContain('1204');
    expect(detailOf(many, 1, en).join()).not.toContain('13922104471');
  });

  it('shows what another version wrote as it is', () => {
    const unknown = entry({ kind: 'unknown', change: '{"kind":"later"}' });
    expect(titleOf(unknown, zh)).toBe(zh.guard.unknown);
    expect(detailOf(unknown, 1, zh)).toEqual(['{"kind":"later"}']);
  });
});
