import { expect, it } from 'vitest';
import { zh } from '../words/zh';
import { countdown } from './leaving';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

it.each([
  [29.9 * DAY, 'mute', '平台还保留 29 天'],
  [7 * DAY, 'mute', '平台还保留 7 天'],
  [6.99 * DAY, 'soft', '平台还保留 6 天'],
  [DAY, 'soft', '平台还保留 1 天'],
  [DAY - 1, 'hard', '平台还保留 23 小时'],
  [HOUR, 'hard', '平台还保留 1 小时'],
  [HOUR - 1, 'hard', '平台即将删除'],
  [-DAY, 'hard', '平台即将删除'],
])('%d ms before the end it is %s: %s', (left, mood, said) => {
  const told = countdown(1_000 + left, 1_000, zh);

  expect([told.mood, told.said]).toEqual([mood, said]);
});
