import type { Report, ReportHour } from '../../wire';
import type { Words } from '../../words/zh';
import { DEEP, type Drawing } from './drawing';
import { NONE, percent, rate, says } from './figures';

const CELL = 24;
const GAP = 3;
const FOOT = 20;
/** What the names of the days take. */
const NAMES = 34;
/** Fewer calls than these say nothing of an hour. */
const FEW = 3;
const ENOUGH = 5;
/** A figure within a cell takes so much. */
const FIGURE_WIDTH = 19;
/** Text can be read on each of these in either theme. */
const SHADES = [10, 22, 34, 46, DEEP];

/** Which part of the calls was connected at each hour of the week. */
export function heat(report: Report, width: number, t: Words): Drawing {
  const hours = report.hours.filter((one) => one.figures.dialled > 0);
  const first = Math.min(9, ...hours.map((one) => one.hour));
  const last = Math.max(18, ...hours.map((one) => one.hour));
  const count = last - first + 1;
  const w = (width - NAMES) / count;
  const best = Math.max(...hours.filter(isTelling).map((one) => rate(one.figures) ?? 0), 0.01);
  const drawing: Drawing = {
    width,
    height: 7 * CELL + FOOT,
    boxes: [],
    labels: [],
    spots: [],
    columns: count,
  };
  t.reports.weekdays.forEach((weekday, day) => {
    const y = day * CELL;
    drawing.labels.push({ x: 0, y: y + 15, text: weekday, ink: 'ink-3', anchor: 'start' });
    for (let hour = first; hour <= last; hour++) {
      const one = hours.find((known) => known.weekday === day && known.hour === hour);
      const x = NAMES + (hour - first) * w;
      const place = { x: x + GAP / 2, y: y + GAP / 2, w: w - GAP, h: CELL - GAP };
      const shade = one ? SHADES[level(one, best)] : undefined;
      drawing.boxes.push(
        shade === undefined ? { ...place, ink: 'pressed' } : { ...place, ink: 'jade', shade },
      );
      if (one && w >= FIGURE_WIDTH) {
        drawing.labels.push({
          x: x + w / 2,
          y: y + 16,
          text: String(Math.round((rate(one.figures) ?? 0) * 100)),
          ink: 'ink',
          anchor: 'middle',
          deep: shade === DEEP,
        });
      }
      const what = `${weekday} ${t.reports.hour(hour)}`;
      drawing.spots.push({
        ...place,
        says: says(what, one?.figures ?? NONE, t),
        cells: one ? cellsOf(what, one) : [],
      });
    }
  });
  const every = Math.max(1, Math.ceil(18 / w));
  for (let hour = first; hour <= last; hour += every) {
    const x = NAMES + (hour - first + 0.5) * w;
    drawing.labels.push({ x, y: 7 * CELL + 14, text: String(hour), ink: 'ink-3', anchor: 'middle' });
  }
  return drawing;
}

/** The hour of the day at which most pick up; null if there are too few calls to say so. */
export function bestHour(report: Report): { hour: number; rate: number } | null {
  const days = new Map<number, { dialled: number; connected: number }>();
  for (const { hour, figures } of report.hours) {
    const known = days.get(hour) ?? { dialled: 0, connected: 0 };
    known.dialled += figures.dialled;
    known.connected += figures.connected;
    days.set(hour, known);
  }
  const telling = [...days].filter(([, one]) => one.dialled >= ENOUGH && one.connected > 0);
  const rates = telling.map(([hour, one]) => ({ hour, rate: one.connected / one.dialled }));
  return rates.sort((a, b) => b.rate - a.rate || a.hour - b.hour)[0] ?? null;
}

function isTelling(one: ReportHour): boolean {
  return one.figures.dialled >= FEW;
}

function level(one: ReportHour, best: number): number {
  if (!isTelling(one)) return 0;
  const part = (rate(one.figures) ?? 0) / best;
  return Math.min(SHADES.length - 1, Math.floor(part * SHADES.length));
}

function cellsOf(what: string, { figures }: ReportHour): string[] {
  return [what, String(figures.dialled), String(figures.connected), percent(rate(figures))];
}
