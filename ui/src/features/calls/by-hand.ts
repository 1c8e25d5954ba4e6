/** An instant as a field for day and minute wants it, in the computer's own time zone. */
export function fieldOfInstant(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The instant that such a field holds. */
export function instantOfField(text: string): number | null {
  const at = /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text) ? new Date(text).getTime() : NaN;
  return Number.isFinite(at) ? at : null;
}

/** Seconds as people write them: `192`, `3:12`, `1:03:12`, `3分12秒`; nothing for anything else. */
export function secondsOf(text: string): number | null {
  const plain = text.trim().replace(/：/g, ':');
  if (/^\d+$/.test(plain)) return Number(plain);
  const words = /^(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟|分|m))?\s*(?:(\d+)\s*(?:秒|s))?$/.exec(
    plain,
  );
  if (plain && words) return sum(words[1], words[2], words[3]);
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d\d)$/.exec(plain);
  return clock ? sum(clock[1], clock[2], clock[3]) : null;
}

function sum(hours = '0', minutes = '0', seconds = '0'): number {
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
