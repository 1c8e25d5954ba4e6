import type { CallsOrder, LogColumn } from '../../wire';

/** Columns as wide as the longest of their words, which the language decides: each has a token of its name. */
export type Words = Record<'standing' | 'outcome', number>;

/** A column's place in the list, in rem. */
interface Measure {
  /** What it needs at the least; the name of a token where the language decides. */
  width: number | keyof Words;
  /** How it is drawn in a grid's template. */
  track: string;
  /** The order that a click on its head asks for; none where there is no order in it. */
  order: CallsOrder | null;
}

export const COLUMNS: Record<LogColumn, Measure> = {
  status: { width: 'standing', track: 'var(--standing)', order: 'status' },
  // A number, and before it as much of a name as tells whose it is.
  number: { width: 10.5, track: 'minmax(10.5rem, 13rem)', order: 'number' },
  start: { width: 5.75, track: '5.75rem', order: 'time' },
  length: { width: 4, track: 'minmax(4rem, 7rem)', order: 'duration' },
  outcome: { width: 'outcome', track: 'var(--outcome)', order: 'outcome' },
  note: { width: 6, track: 'minmax(6rem, 1fr)', order: null },
  recording: { width: 4.25, track: '4.25rem', order: 'recording' },
  company: { width: 7, track: 'minmax(7rem, 11rem)', order: null },
  own_number: { width: 7.75, track: '7.75rem', order: 'own_number' },
};

/** The columns of someone who has chosen none. */
export const USUAL: LogColumn[] = ['status', 'number', 'start', 'length', 'outcome', 'note', 'recording'];

/** Every column, in the order in which it is offered. */
export const EVERY = Object.keys(COLUMNS) as LogColumn[];

/** Which leaves first when there is no room for all. The customer never does. */
const LEAVING: LogColumn[] = [
  'own_number',
  'company',
  'note',
  'recording',
  'start',
  'outcome',
  'length',
  'status',
];

const GAP = 0.875;
const PADDING = 2.25;

/** Those of the chosen columns that have room in a list of so many rem, in their order. */
export function fitting(chosen: LogColumn[], room: number, words: Words): LogColumn[] {
  let shown = chosen.length > 0 ? chosen : USUAL;
  const needed = (columns: LogColumn[]) =>
    columns.reduce(
      (sum, column) => {
        const { width } = COLUMNS[column];
        return sum + (typeof width === 'string' ? words[width] : width);
      },
      PADDING + GAP * Math.max(0, columns.length - 1),
    );
  for (const column of LEAVING) {
    if (needed(shown) <= room) break;
    if (shown.length > 1) shown = shown.filter((other) => other !== column);
  }
  return shown;
}

/** A grid's template; what is left goes to the note, or else to the last column. */
export function template(columns: LogColumn[]): string {
  const tracks = columns.map((column) => COLUMNS[column].track);
  const last = columns.at(-1);
  if (last && !columns.includes('note')) {
    const { width } = COLUMNS[last];
    tracks[tracks.length - 1] =
      `minmax(${typeof width === 'string' ? `var(--${width})` : `${width}rem`}, 1fr)`;
  }
  return tracks.join(' ');
}
