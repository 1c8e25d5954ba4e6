import { describe, expect, it } from 'vitest';
import { agoOf, bytesOf, length, stampOf, whenOf } from './format';
import { syncLine } from './sync';
import { en } from './en';
import { zh } from './zh';

const NOON = new Date(2026, 10, 21, 12, 0, 0).getTime();
const MINUTE = 60_000;

describe('length', () => {
  it.each([
    [0, '0:00'],
    [48, '0:48'],
    [192, '3:12'],
    [35_300, '9:48:20'],
    [-5, '0:00'],
    [59.9, '0:59'],
  ])('%d seconds read %s', (seconds, text) => expect(length(seconds)).toBe(text));
});

describe('ages', () => {
  it.each([
    [3_000, '3 秒前'],
    [5 * MINUTE, '5 分钟前'],
    [3 * 60 * MINUTE, '3 小时前'],
    [50 * 60 * MINUTE, '2 天前'],
    [-9_000, '0 秒前'],
  ])('%d ms are %s', (past, text) => expect(agoOf(NOON - past, NOON, zh)).toBe(text));
});

it('gives the hour today, and the day otherwise', () => {
  expect(whenOf(NOON - 30 * MINUTE, NOON, 'zh-CN')).toBe('11:30');
  expect(whenOf(NOON - 24 * 60 * MINUTE, NOON, 'zh-CN')).toBe('11月20日 12:00');
  expect(stampOf(NOON, NOON)).toBe('11-21 12:00');
  expect(stampOf(new Date(2025, 0, 2).getTime(), NOON)).toBe('2025-01-02');
});

it.each([
  [700, '700 B'],
  [15_360, '15 KB'],
  [3_145_728, '3.0 MB'],
])('%d bytes read %s', (bytes, text) => expect(bytesOf(bytes)).toBe(text));

describe('the sync line', () => {
  const sync = { phase: 'live', since: 0, synced_at: NOON, trouble: null, unreadable: 0 } as const;
  it.each([
    [{ ...sync, synced_at: NOON - 1_000 }, '通话记录 · 刚刚同步'],
    [{ ...sync, synced_at: NOON - 20_000 }, '通话记录 · 20 秒前同步'],
    [{ ...sync, phase: 'retrying', synced_at: NOON - 25 * MINUTE } as const, '通话记录 · 停在 11:35'],
    [{ ...sync, phase: 'retrying', synced_at: null } as const, '通话记录 · 尚未同步'],
    [{ ...sync, phase: 'off' } as const, '未配对中继'],
    [{ ...sync, phase: 'refused' } as const, '中继拒绝访问'],
  ])('%o reads %s', (state, text) => expect(syncLine(state, NOON, zh)).toBe(text));

  it('says since when it stands still in English too', () => {
    const stale = { ...sync, phase: 'retrying', synced_at: NOON - 25 * MINUTE } as const;
    expect(syncLine(stale, NOON, en)).toBe('Calls · stale since 11:35');
  });
});
