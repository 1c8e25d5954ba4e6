/** An instant as a field for local date and time holds it: `2026-11-28T10:00`. */
function localInput(at: number): string {
  const date = new Date(at);
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** An instant as a field for a local date holds it; empty for none. */
export function dateOf(at: number | null): string {
  return at === null ? '' : localInput(at).slice(0, 10);
}

/** The first instant of a local date; null where there is none. */
export function instantOf(day: string): number | null {
  const at = new Date(`${day}T00:00`).getTime();
  return Number.isNaN(at) ? null : at;
}
