import type { Days } from '../wire';

/** The ranges that move with the calendar, the shortest first. */
export const DAYS: Days[] = ['today', 'yesterday', 'week', 'month', 'this_month'];

/** The first instant of a day, `daysLater`, in the computer's own time zone, as all times are shown. */
export function dayStart(at: number, daysLater = 0): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + daysLater).getTime();
}

/** From when to when a range reaches: not before the first instant, and before the second. */
export function rangeOf(days: Days, now: number): [number, number] {
  const tomorrow = dayStart(now, 1);
  switch (days) {
    case 'today':
      return [dayStart(now), tomorrow];
    case 'yesterday':
      return [dayStart(now, -1), dayStart(now)];
    case 'week':
      return [dayStart(now, -6), tomorrow];
    case 'month':
      return [dayStart(now, -29), tomorrow];
    case 'this_month': {
      const { year, month } = { year: new Date(now).getFullYear(), month: new Date(now).getMonth() };
      return [new Date(year, month, 1).getTime(), tomorrow];
    }
  }
}

/** A day as a date field has it, `2026-11-27`; nothing for a text that is none. */
export function dayOfField(text: string): number | null {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (!year || !month || !day) return null;
  return new Date(Number(year), Number(month) - 1, Number(day)).getTime();
}

/** An instant's day as a date field wants it. */
export function fieldOfDay(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
