import type { Words } from '../words/zh';
import type { Mood } from './mood';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How long the platform keeps a recording that is not here. */
export interface Countdown {
  mood: Mood;
  /** As a sentence. */
  said: string;
  /** As a figure for a column. */
  short: string;
}

/** Amber within a week, red within a day; whole days and hours only, so that it never promises more. */
export function countdown(leavesAt: number, now: number, words: Words): Countdown {
  const { leavesDays, leavesHours, leavesSoon, leftDays, leftHours, leftSoon } = words.custody;
  const left = leavesAt - now;
  const mood = left < DAY ? 'hard' : left < 7 * DAY ? 'soft' : 'mute';
  if (left < HOUR) return { mood, said: leavesSoon, short: leftSoon };
  if (left < DAY) {
    const hours = Math.floor(left / HOUR);
    return { mood, said: leavesHours(hours), short: leftHours(hours) };
  }
  const days = Math.floor(left / DAY);
  return { mood, said: leavesDays(days), short: leftDays(days) };
}
