import { dayOf, hourOf } from './format';
import type { Words } from './zh';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A time in full, as it is shown back: day, weekday, hour; the year if it is another one. */
export function fullOf(at: number, now: number, tag: string): string {
  const weekday = new Intl.DateTimeFormat(tag, { weekday: 'short' }).format(at);
  const day = dayOf(at, now, tag);
  return `${tag.startsWith('zh') ? `${day} ${weekday}` : `${weekday} ${day}`} ${hourOf(at, tag)}`;
}

/** How far away a time is, or how long it is over, coarsely. */
export function awayOf(at: number, now: number, words: Words): string {
  const [away, said] = at > now ? [at - now, words.followUps.in] : [now - at, words.followUps.late];
  if (away < MINUTE) return words.followUps.now;
  if (away < HOUR) return said.minutes(Math.floor(away / MINUTE));
  if (away < DAY) return said.hours(Math.floor(away / HOUR));
  return said.days(Math.floor(away / DAY));
}
