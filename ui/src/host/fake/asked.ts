import type { CallRow, CallsOrder, CallsQuery } from '../../wire';

/** Whether a row fits a question, nearly enough to design by. */
export function fits(row: CallRow, ask: Partial<CallsQuery>): boolean {
  return (
    (!ask.search ||
      `${row.tel_b} ${row.note} ${row.customer?.name} ${row.customer?.company}`.includes(
        ask.search.replace(/\s/g, ''),
      )) &&
    (!ask.status || row.status === ask.status) &&
    (ask.outcome == null || row.outcome?.outcome === ask.outcome) &&
    (ask.customer == null || row.customer?.customer === ask.customer) &&
    (!ask.recording || row.recording === ask.recording) &&
    (!ask.leaving_until || (row.recording_leaves_at ?? Infinity) <= ask.leaving_until) &&
    (!ask.starred || row.starred) &&
    (!ask.tel_a || row.tel_a === ask.tel_a) &&
    (!ask.tel_b || row.tel_b === ask.tel_b) &&
    (ask.min_duration == null || (row.duration ?? -1) >= ask.min_duration) &&
    (ask.max_duration == null || (row.duration ?? Infinity) <= ask.max_duration) &&
    (ask.since == null || row.at >= ask.since) &&
    (ask.until == null || row.at < ask.until)
  );
}

const KEYS: Record<Exclude<CallsOrder, 'time'>, (row: CallRow) => string | number> = {
  number: (row) => row.tel_b ?? '',
  own_number: (row) => row.tel_a ?? '',
  status: (row) => row.status ?? '',
  duration: (row) => row.duration ?? -1,
  outcome: (row) => row.outcome?.outcome ?? 0,
  recording: (row) => row.recording,
};

/** Rows, which come newest first, in the order that is asked for. */
export function inOrder(
  rows: CallRow[],
  { order = 'time', ascending = false }: Partial<CallsQuery>,
): CallRow[] {
  if (order === 'time') return ascending ? [...rows].reverse() : rows;
  const key = KEYS[order] ?? (() => 0);
  const way = ascending ? 1 : -1;
  return [...rows].sort((a, b) => (key(a) < key(b) ? -way : key(a) > key(b) ? way : b.at - a.at));
}
