import { expect, it } from 'vitest';
import { en } from './en';
import { awayOf, fullOf } from './when';
import { zh } from './zh';

const NOW = new Date(2026, 10, 23, 10, 0).getTime();
const MINUTE = 60_000;

it.each([
  [NOW + 10 * MINUTE, '10 分钟后', 'in 10 min'],
  [NOW + 150 * MINUTE, '2 小时后', 'in 2 h'],
  [NOW + 3 * 24 * 60 * MINUTE, '3 天后', 'in 3 d'],
  [NOW - 25 * MINUTE, '已过 25 分钟', '25 min ago'],
  [NOW - 26 * 60 * MINUTE, '已过 1 天', '1 d ago'],
  [NOW + 20_000, '现在', 'now'],
  [NOW, '现在', 'now'],
])('says how far away a time is', (at, chinese, english) => {
  expect([awayOf(at, NOW, zh), awayOf(at, NOW, en)]).toEqual([chinese, english]);
});

it('shows a time in full, with its year only where that is another one', () => {
  const thursday = new Date(2026, 11, 3, 9, 30).getTime();
  expect(fullOf(thursday, NOW, 'zh-CN')).toBe('12月3日 周四 09:30');
  expect(fullOf(thursday, NOW, 'en-GB')).toBe('Thu 3 Dec 09:30');
  expect(fullOf(new Date(2027, 0, 5, 9, 30).getTime(), NOW, 'zh-CN')).toBe('2027年1月5日 周二 09:30');
});
