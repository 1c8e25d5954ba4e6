import type { ListFigures } from '../../wire';

/** Leads that had a turn: they are over, or to be tried again. */
export function touched(figures: ListFigures): number {
  return figures.leads - figures.open;
}

/** The share of dials that were connected, in whole percent; null before the first dial. */
export function rate(figures: ListFigures): number | null {
  return figures.dials > 0 ? Math.round((100 * figures.connected) / figures.dials) : null;
}
