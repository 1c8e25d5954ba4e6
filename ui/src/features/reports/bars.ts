import type { CallFigures, Report } from '../../wire';
import type { Words } from '../../words/zh';
import type { Drawing } from './drawing';
import { NONE, beijingDay, beijingWeekday, percent, rate, says } from './figures';

const HEIGHT = 216;
const TOP = 22;
const FOOT = 24;
/** A label below a bar takes so much, and a figure above or within one. */
const NAME_WIDTH = 52;
const FIGURE_WIDTH = 20;
const WIDEST = 40;

/** A bar before it is drawn. */
export interface Column {
  /** Below the bar. */
  name: string;
  /** In a sentence. */
  long: string;
  figures: CallFigures;
}

/** By which steps a report's bars go: a single day is shown by its hours. */
export function stepOf(report: Report): 'hour' | Report['step'] {
  return report.step === 'day' && report.bars.length === 1 ? 'hour' : report.step;
}

export function columns(report: Report, t: Words): Column[] {
  const step = stepOf(report);
  if (step === 'hour') return byHour(report, t);
  return report.bars.map(({ since, figures }) => {
    const day = beijingDay(since);
    const weekday = t.reports.weekdays[beijingWeekday(since)] ?? '';
    if (step === 'month') return { name: day.slice(0, 7), long: day.slice(0, 7), figures };
    if (step === 'week') return { name: day.slice(5), long: t.reports.weekFrom(day), figures };
    return { name: report.bars.length <= 7 ? weekday : day.slice(5), long: `${day} ${weekday}`, figures };
  });
}

/** What was dialled, and below in the same bar what was connected. */
export function bars(columns: Column[], width: number, t: Words): Drawing {
  const drawing: Drawing = {
    width,
    height: HEIGHT,
    boxes: [],
    labels: [],
    spots: [],
    columns: columns.length,
  };
  const most = Math.max(1, ...columns.map((column) => column.figures.dialled));
  const slot = width / Math.max(1, columns.length);
  const w = Math.min(WIDEST, slot * 0.66);
  const room = HEIGHT - TOP - FOOT;
  const every = Math.max(1, Math.ceil(NAME_WIDTH / slot));
  const ground = HEIGHT - FOOT;
  columns.forEach(({ name, long, figures }, index) => {
    const { dialled, connected } = figures;
    const middle = slot * (index + 0.5);
    const high = (n: number) => (n / most) * room;
    const box = { x: middle - w / 2, w };
    const text = { x: middle, anchor: 'middle' as const };
    if (dialled > 0) {
      drawing.boxes.push({ ...box, y: ground - high(dialled), h: high(dialled), ink: 'line-2' });
      drawing.boxes.push({ ...box, y: ground - high(connected), h: high(connected), ink: 'jade' });
      if (slot >= FIGURE_WIDTH) {
        const above = ground - high(dialled) - 6;
        drawing.labels.push({ ...text, y: above, text: String(dialled), ink: 'ink-2' });
      }
    }
    if (index % every === 0) drawing.labels.push({ ...text, y: HEIGHT - 6, text: name, ink: 'ink-3' });
    drawing.spots.push({
      x: slot * index,
      y: 0,
      w: slot,
      h: ground + 2,
      says: says(long, figures, t),
      cells: [long, String(dialled), String(connected), percent(rate(figures))],
    });
  });
  drawing.boxes.push({ x: 0, y: ground, w: width, h: 1, ink: 'line-2' });
  return drawing;
}

/** The hours of a day from its first call to its last. */
function byHour(report: Report, t: Words): Column[] {
  const hours = report.hours.map((one) => one.hour);
  const first = Math.min(9, ...hours);
  const last = Math.max(18, ...hours);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const hour = first + index;
    const figures = report.hours.find((one) => one.hour === hour)?.figures ?? NONE;
    return { name: String(hour), long: t.reports.hour(hour), figures };
  });
}
