import { describe, expect, it } from 'vitest';
import { en } from './en';
import { tongueOf } from './words.svelte';
import { zh } from './zh';

/** Every leaf of a table by its path; functions are called with figures that any of them can use. */
function leaves(table: object, path = ''): [string, string][] {
  return Object.entries(table).flatMap(([key, value]): [string, string][] => {
    const here = `${path}.${key}`;
    if (typeof value === 'string') return [[here, value]];
    if (typeof value === 'function') return leaves({ said: sample(here, value) }, here);
    return leaves(value as object, here);
  });
}

function sample(path: string, say: (...args: never[]) => unknown): unknown {
  const block = { rule: 'gap', count: 3, limit: 5, frees_at: 1, free: '14:07' };
  const dialect = { timestamp: 'seconds', lower_case: 'keys', digest: 'lower' };
  const fault = { code: 'relay_unreachable', message: '' };
  const found = { parts: ['app_key'], count: 2, records: 2, seconds: 2, code: 7, dialect, fault };
  if (path.includes('.found.')) return say(found as never);
  if (path.includes('.rule.')) return say(block as never);
  if (path.includes('.trouble.')) return say({} as never);
  return say(7 as never, 'x' as never);
}

describe('words', () => {
  it.each([
    ['zh', zh],
    ['en', en],
  ])('%s leaves nothing unsaid', (_, words) => {
    for (const [path, word] of leaves(words)) expect(word.trim(), path).not.toBe('');
  });

  it('says the same things in both languages', () => {
    const paths = (words: object) => leaves(words).map(([path]) => path);
    expect(paths(en)).toEqual(paths(zh));
  });

  it('has no Chinese left in English', () => {
    for (const [path, word] of leaves(en)) expect(word, path).not.toMatch(/[\u4e00-\u9fff，。！？：；]/);
  });

  it('has no half-width stop at the end of a Chinese sentence', () => {
    for (const [path, word] of leaves(zh)) expect(word, path).not.toMatch(/[\u4e00-\u9fff][,.!?;]/);
  });

  it.each([
    ['system', 'zh-CN', 'zh'],
    ['system', 'zh-TW', 'zh'],
    ['system', 'de-DE', 'en'],
    ['zh', 'en-US', 'zh'],
    ['en', 'zh-CN', 'en'],
  ] as const)('choice %s on a %s system speaks %s', (choice, preferred, tongue) => {
    expect(tongueOf(choice, preferred)).toBe(tongue);
  });
});

describe('English counts', () => {
  it.each([
    ['1', '1 call'],
    ['0', '0 calls'],
    ['1,001', '1,001 calls'],
  ])('%s as one says it', (n, said) => {
    expect(en.calls.total(n)).toBe(said);
  });
});
