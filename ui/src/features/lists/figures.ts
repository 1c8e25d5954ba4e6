import type { LeadState, ListFigures } from '../../wire';

/** Leads that had a turn: they are over, or to be tried again. */
export function touched(figures: ListFigures): number {
  return figures.leads - figures.open;
}

/** The share of dials that were connected, in whole percent; null before the first dial. */
export function rate(figures: ListFigures): number | null {
  return figures.dials > 0 ? Math.round((100 * figures.connected) / figures.dials) : null;
}

/** Leads that come after the one that is shown: those without a turn yet, and those to be tried again. */
export function ahead({ open, waiting }: ListFigures, shown?: LeadState): { open: number; waiting: number } {
  return {
    open: Math.max(0, open - (shown === 'open' ? 1 : 0)),
    waiting: Math.max(0, waiting - (shown === 'waiting' ? 1 : 0)),
  };
}
