import { describe, expect, it } from 'vitest';
import type { CallFigures, Report } from '../../wire';
import { en } from '../../words/en';
import { zh } from '../../words/zh';
import { bars, columns, stepOf } from './bars';
import { moved } from './drawing';
import {
  NONE,
  beijingDay,
  beijingHour,
  beijingWeekday,
  change,
  changedPart,
  percent,
  tiles,
} from './figures';
import { bestHour, heat } from './heat';
import { reasonRows } from './reasons';

/** 2026-11-23 in Beijing, a Monday. */
const MONDAY = 1_795_363_200_000;
const DAY = 86_400_000;

function figures(dialled: number, connected: number, talk_seconds = 0): CallFigures {
  return { ...NONE, dialled, connected, talk_seconds };
}

function aReport(change: Partial<Report> = {}): Report {
  const period = { from: '2026-11-23', to: '2026-11-29', since: MONDAY, until: MONDAY + 7 * DAY };
  return {
    period,
    before: period,
    over: true,
    figures: figures(20, 9, 900),
    figures_before: figures(16, 8, 600),
    step: 'day',
    bars: Array.from({ length: 7 }, (_, day) => ({ since: MONDAY + day * DAY, figures: figures(day, 1) })),
    hours: [],
    outcomes: [],
    own_numbers: [],
    lists: [],
    reasons: [],
    ...change,
  };
}

describe('comparisons', () => {
  it.each([
    [110, 100, '较上期 +10%'],
    [90, 100, '较上期 −10%'],
    [100, 100, '与上期持平'],
    [1001, 1000, '与上期持平'],
    [0, 0, '与上期持平'],
    [5, 0, '上期无数据'],
    [0, 5, '较上期 −100%'],
  ])('of %i with %i', (now, before, said) => {
    expect(change(now, before, zh)).toBe(said);
  });

  it.each([
    [0.5, 0.454, '+4.6 points vs before'],
    [null, 0.5, '−50 points vs before'],
    [0.5, null, 'No earlier data'],
    [null, null, 'Same as before'],
  ])('of parts, %d with %d', (now, before, said) => {
    expect(changedPart(now, before, en)).toBe(said);
  });

  it('tells a part as finely as it is small', () => {
    expect([0, 0.004, 0.0456, 0.454, 1, null].map(percent)).toEqual([
      '0%',
      '0.4%',
      '4.6%',
      '45%',
      '100%',
      '',
    ]);
  });

  it('heads a report with its figures, and with dashes where nothing was dialled', () => {
    const [dialled, , share, talked, average] = tiles(aReport(), zh);
    expect(dialled).toMatchObject({ value: '20', change: '较上期 +25%', note: '' });
    expect([share?.value, talked?.value, average?.value]).toEqual(['45%', '15:00', '1:40']);
    const none = tiles(aReport({ figures: { ...NONE, unsent: 3 } }), en);
    expect(none.map((tile) => tile.value)).toEqual(['0', '0', '–', '0:00', '–', '0']);
    expect(none[0]?.note).toBe('3 more were not dialled');
  });
});

it('reads days in Beijing, whatever the computer’s zone is', () => {
  expect([beijingDay(MONDAY), beijingDay(MONDAY - 1)]).toEqual(['2026-11-23', '2026-11-22']);
  expect([beijingWeekday(MONDAY), beijingWeekday(MONDAY - 1)]).toEqual([0, 6]);
  expect(beijingHour(MONDAY + 14.5 * 3_600_000)).toBe('14:30');
});

describe('bars', () => {
  it('are as high as their calls, within the chart, and connected ones within dialled ones', () => {
    const drawing = bars(columns(aReport(), zh), 560, zh);
    const inks = (ink: string) => drawing.boxes.filter((box) => box.ink === ink && box.h > 1);
    const [most] = inks('line-2').slice(-1);
    const half = inks('line-2')[2];
    expect(half?.h).toBeCloseTo((most?.h ?? 0) / 2);
    expect(drawing.boxes.every((box) => box.x >= 0 && box.x + box.w <= 560 && box.y >= 0)).toBe(true);
    inks('jade').forEach((jade, index) => {
      expect(jade.h).toBeLessThanOrEqual(inks('line-2')[index]?.h ?? 0);
    });
    expect(drawing.spots[3]?.says).toBe('2026-11-26 周四：拨打 3，接通 1（33%）');
  });

  it('leave names out where they would touch, and say everything all the same', () => {
    const days = Array.from({ length: 62 }, (_, day) => ({
      since: MONDAY + day * DAY,
      figures: figures(9, 3),
    }));
    const drawing = bars(columns(aReport({ bars: days }), en), 400, en);
    expect(drawing.spots).toHaveLength(62);
    const names = drawing.labels.map((label) => label.x);
    names.slice(1).forEach((x, index) => expect(x - (names[index] ?? 0)).toBeGreaterThanOrEqual(50));
  });

  it('are the hours of a single day', () => {
    const report = aReport({
      bars: [{ since: MONDAY, figures: figures(3, 1) }],
      hours: [{ weekday: 0, hour: 21, figures: figures(3, 1) }],
    });
    expect(stepOf(report)).toBe('hour');
    expect(columns(report, zh).map((column) => column.name)).toEqual([
      ...['9', '10', '11', '12', '13', '14', '15'],
      ...['16', '17', '18', '19', '20', '21'],
    ]);
  });

  it('of nothing are nothing', () => {
    expect(bars([], 300, zh).spots).toEqual([]);
    const drawing = bars(columns(aReport({ bars: [{ since: MONDAY, figures: NONE }] }), zh), 300, zh);
    expect(drawing.boxes.every((box) => Number.isFinite(box.h))).toBe(true);
  });
});

describe('the hours of the week', () => {
  const hours = [
    { weekday: 2, hour: 10, figures: figures(20, 12) },
    { weekday: 3, hour: 10, figures: figures(10, 6) },
    { weekday: 3, hour: 15, figures: figures(40, 10) },
    { weekday: 4, hour: 8, figures: figures(1, 1) },
  ];

  it('have a cell each, in rows of a day, with its share', () => {
    const drawing = heat(aReport({ hours }), 520, zh);
    expect(drawing.columns).toBe(11);
    expect(drawing.spots).toHaveLength(7 * 11);
    const texts = drawing.labels.map((label) => label.text);
    expect(texts).toContain('60');
    expect(texts).toContain('25');
    expect(drawing.spots[2 * 11 + 2]?.says).toBe('周三 10–11 点：拨打 20，接通 12（60%）');
  });

  it('show one call as nothing to go by, though all of it was connected', () => {
    const drawing = heat(aReport({ hours }), 520, zh);
    const shades = drawing.boxes.map((box) => box.shade).filter((shade) => shade !== undefined);
    expect(shades).toEqual([78, 78, 34, 10]);
    expect(bestHour(aReport({ hours }))).toEqual({ hour: 10, rate: 0.6 });
    expect(bestHour(aReport({ hours: hours.slice(3) }))).toBe(null);
  });
});

it('the keyboard goes through rows and stays within', () => {
  const go = (key: string, at: number) => moved(key, at, 21, 7);
  expect([go('ArrowRight', 0), go('ArrowDown', 3), go('ArrowUp', 10)]).toEqual([1, 10, 3]);
  expect([go('ArrowLeft', 0), go('ArrowDown', 15), go('ArrowRight', 20)]).toEqual([0, 15, 20]);
  expect([go('Home', 9), go('End', 9), go('a', 9)]).toEqual([0, 20, null]);
});

it('reasons that come to the same words are one row', () => {
  const reason = (text: string, calls: number) => ({
    why: { why: 'not_connected' as const, reason: text },
    calls,
    before: 1,
  });
  const report = aReport({ reasons: [reason('客户关机', 3), reason('关机', 2), reason('', 1)] });
  expect(reasonRows(report, en)).toEqual([
    { name: `${en.answers.status.not_connected} · Phone off`, calls: 5, before: 2 },
    { name: `${en.answers.status.not_connected} · The platform gave no reason`, calls: 1, before: 1 },
  ]);
  expect(reasonRows(report, zh)).toHaveLength(3);
});
