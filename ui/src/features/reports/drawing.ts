/** What a chart is drawn with, on the screen and in a picture alike: colours are names of tokens. */
export type Ink = 'ink' | 'ink-2' | 'ink-3' | 'line-2' | 'pressed' | 'surface' | 'jade';

export interface Box {
  x: number;
  y: number;
  w: number;
  h: number;
  ink: Ink;
  /** How much of the colour is mixed into the ground, in percent. */
  shade?: number;
}

export interface Label {
  x: number;
  y: number;
  text: string;
  ink: Ink;
  anchor: 'start' | 'middle' | 'end';
  /** On a box of a deep shade. */
  deep?: boolean;
}

/** A place of a chart that the keyboard comes to, and what it says there. */
export interface Spot {
  x: number;
  y: number;
  w: number;
  h: number;
  says: string;
  /** Cells of a table that says the same. */
  cells: string[];
}

export interface Drawing {
  width: number;
  height: number;
  boxes: Box[];
  labels: Label[];
  spots: Spot[];
  /** How many spots stand in a row; one behind the other they fill the rows. */
  columns: number;
}

export const TEXT = 11;

/** A shade from which on text on it has to be dark in either theme. */
export const DEEP = 78;

/** The colour of a box or a label as CSS has it. */
export function paint(ink: Ink, shade?: number): string {
  return shade === undefined
    ? `var(--${ink})`
    : `color-mix(in srgb, var(--${ink}) ${shade}%, var(--surface))`;
}

export function inkOf(label: Label): string {
  return label.deep ? 'light-dark(var(--ink), var(--jade-ink))' : paint(label.ink);
}

/** Where a key leads among spots in rows; null if it leads nowhere. */
export function moved(key: string, at: number, count: number, columns: number): number | null {
  const steps: Record<string, number> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: count - 1,
  };
  const to = steps[key];
  if (to === undefined) return null;
  return to >= 0 && to < count ? to : at;
}
