import type { CallFigures, Report } from '../../wire';
import { length } from '../../words/format';
import type { Words } from '../../words/zh';

const BEIJING_MS = 8 * 3600 * 1000;

/** The figures of no call. */
export const NONE: CallFigures = {
  dialled: 0,
  connected: 0,
  talk_seconds: 0,
  billed_minutes: 0,
  unsent: 0,
};

/** A figure with what stands below it. */
export interface Tile {
  name: string;
  value: string;
  note: string;
  change: string;
}

/** Which part of the dialled calls was connected; null of none. */
export function rate(figures: CallFigures): number | null {
  return figures.dialled > 0 ? figures.connected / figures.dialled : null;
}

/** A part as a percentage, finer where it is small; empty for none. */
export function percent(part: number | null): string {
  if (part === null) return '';
  const hundredths = part * 100;
  return `${hundredths > 0 && hundredths < 10 ? hundredths.toFixed(1) : Math.round(hundredths)}%`;
}

export function average(figures: CallFigures): number | null {
  return figures.connected > 0 ? figures.talk_seconds / figures.connected : null;
}

/** How a figure has changed: `+8%`, in words where there is nothing to measure by. */
export function change(now: number, before: number, t: Words): string {
  if (before === 0) return now === 0 ? t.reports.same : t.reports.nothingBefore;
  const hundredths = Math.round(((now - before) / before) * 100);
  return hundredths === 0 ? t.reports.same : t.reports.change(`${sign(hundredths)}%`);
}

/** The same for a part, in points of a hundredth. */
export function changedPart(now: number | null, before: number | null, t: Words): string {
  if (before === null) return now === null ? t.reports.same : t.reports.nothingBefore;
  const tenths = Math.round(((now ?? 0) - before) * 1000) / 10;
  return tenths === 0 ? t.reports.same : t.reports.change(t.reports.points(sign(tenths)));
}

/** The figures that head a report. */
export function tiles({ figures, figures_before: before }: Report, t: Words): Tile[] {
  const words = t.reports;
  const count = (n: number) => n.toLocaleString(t.tag);
  const seconds = (n: number | null) => (n === null ? '–' : length(Math.round(n)));
  const tile = (name: string, value: string, changed: string, note = '') => ({
    name,
    value,
    note,
    change: changed,
  });
  return [
    tile(
      words.dialled,
      count(figures.dialled),
      change(figures.dialled, before.dialled, t),
      figures.unsent > 0 ? words.unsent(count(figures.unsent)) : '',
    ),
    tile(words.connected, count(figures.connected), change(figures.connected, before.connected, t)),
    tile(words.rate, percent(rate(figures)) || '–', changedPart(rate(figures), rate(before), t)),
    tile(words.talked, length(figures.talk_seconds), change(figures.talk_seconds, before.talk_seconds, t)),
    tile(words.average, seconds(average(figures)), change(average(figures) ?? 0, average(before) ?? 0, t)),
    tile(
      words.minutes,
      count(figures.billed_minutes),
      change(figures.billed_minutes, before.billed_minutes, t),
      words.minutesText,
    ),
  ];
}

/** Figures in one sentence. */
export function says(what: string, figures: CallFigures, t: Words): string {
  const count = (n: number) => n.toLocaleString(t.tag);
  return t.reports.says(what, count(figures.dialled), count(figures.connected), percent(rate(figures)));
}

/** The day of an instant in Beijing, whatever the computer's zone is: `2026-11-01`. */
export function beijingDay(at: number): string {
  return new Date(at + BEIJING_MS).toISOString().slice(0, 10);
}

/** Its hour and minute. */
export function beijingHour(at: number): string {
  return new Date(at + BEIJING_MS).toISOString().slice(11, 16);
}

/** 0 is Monday. */
export function beijingWeekday(at: number): number {
  return (new Date(at + BEIJING_MS).getUTCDay() + 6) % 7;
}

function sign(change: number): string {
  return change > 0 ? `+${change}` : `−${-change}`;
}
