import type { WallTime, Zone } from '../wire';

/** The zone that this computer's clock goes by. It may change while a page is open. */
export function here(now = Date.now()): Zone {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  return { name: timeZone ?? '', offset_minutes: offsetAt(now) };
}

/** A clock that differs from this computer's at that instant, as it is written; empty for the same one. */
export function otherClock(meant: WallTime | null, at: number): string {
  if (!meant || meant.offset_minutes === offsetAt(at)) return '';
  const [hours, minutes] = [
    Math.trunc(Math.abs(meant.offset_minutes) / 60),
    Math.abs(meant.offset_minutes) % 60,
  ];
  const sign = meant.offset_minutes < 0 ? '−' : '+';
  const off = minutes ? `${hours}:${String(minutes).padStart(2, '0')}` : `${hours}`;
  return `${meant.local.replace('T', ' ')} (UTC${sign}${off})`;
}

function offsetAt(at: number): number {
  return -new Date(at).getTimezoneOffset();
}
