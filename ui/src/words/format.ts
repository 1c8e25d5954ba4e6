import type { Words } from './zh';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds as one reads a call's length: `0:48`, `3:12`, `9:48:20`. */
export function length(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** An instant's hour and minute, in the computer's own time zone. */
export function hourOf(at: number, tag: string): string {
  return format(at, tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** An instant's hour, minute and second. */
export function clockOf(at: number, tag: string): string {
  return format(at, tag, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

/** An instant's day: with its year only where that is another one than now's. */
export function dayOf(at: number, now: number, tag: string): string {
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : 'numeric';
  return format(at, tag, { month: tag.startsWith('zh') ? 'long' : 'short', day: 'numeric', year });
}

/** Day and hour for a column: `11-21 13:52`; the year takes the hour's place when it is another. */
export function stampOf(at: number, now: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  if (date.getFullYear() !== new Date(now).getFullYear()) return `${date.getFullYear()}-${day}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The whole instant for a detail: day, weekday and second. */
export function momentOf(at: number, now: number, tag: string): string {
  const weekday = format(at, tag, { weekday: 'short' });
  return `${dayOf(at, now, tag)} ${weekday} ${clockOf(at, tag)}`;
}

/** The hour alone if it is today, else with its day. */
export function whenOf(at: number, now: number, tag: string): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return sameDay ? hourOf(at, tag) : `${dayOf(at, now, tag)} ${hourOf(at, tag)}`;
}

/** How long ago, coarsely and truthfully. */
export function agoOf(at: number, now: number, words: Words): string {
  const past = Math.max(0, now - at);
  if (past < MINUTE) return words.ago.seconds(Math.floor(past / SECOND));
  if (past < HOUR) return words.ago.minutes(Math.floor(past / MINUTE));
  if (past < DAY) return words.ago.hours(Math.floor(past / HOUR));
  return words.ago.days(Math.floor(past / DAY));
}

/** Bytes in the largest unit that keeps a figure before the point. */
export function bytesOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  const megabytes = bytes / 1024 / 1024;
  return megabytes < 1024 ? `${megabytes.toFixed(1)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}

function format(at: number, tag: string, options: Intl.DateTimeFormatOptions): string {
  return formatter(tag, options).format(at);
}

// Making a formatter costs far more than using it, and rows are drawn by the hundred.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(tag: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = tag + JSON.stringify(options);
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(tag, options);
  formatters.set(key, known);
  return known;
}
