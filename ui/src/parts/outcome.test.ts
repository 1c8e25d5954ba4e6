import { expect, it } from 'vitest';
import { en } from '../words/en';
import { zh } from '../words/zh';
import { barredWhy, customerLine, outcomeName } from './outcome';

it('names the first outcomes in the language of the screen, and others as they were written', () => {
  const first = { name: '意向', word: 'interested' as const };
  expect([outcomeName(first, zh), outcomeName(first, en)]).toEqual(['意向', 'Interested']);
  expect(outcomeName({ name: '试用中', word: null }, en)).toBe('试用中');
});

it.each([
  [{ name: '陈立', company: '远航物流' }, '陈立 · 远航物流'],
  [{ name: '', company: '远航物流' }, '远航物流'],
  [{ name: '陈立', company: '' }, '陈立'],
  [null, ''],
])('says who it is in one line', (who, line) => {
  expect(customerLine(who)).toBe(line);
});

it.each([
  ['outcome', '勿扰', '勿扰', 'Do not call'],
  ['outcome', '不要打', '不要打', '不要打'],
  ['user', '勿扰', '勿扰', '勿扰'],
  ['erasure', '', zh.outcomes.erased, en.outcomes.erased],
] as const)('says why a number is barred by %s with “%s”', (source, reason, inZh, inEn) => {
  const barred = { source, reason };
  expect([barredWhy(barred, zh), barredWhy(barred, en)]).toEqual([inZh, inEn]);
});
