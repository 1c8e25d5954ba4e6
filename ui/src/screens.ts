import type { Component } from 'svelte';
import type { Screen } from './wire';

/** A screen that the first frame can do without. */
type Later = Exclude<Screen, 'dial'>;

/** Each is a file of its own, so that the dial screen is there before the others are read. */
const LATER: Record<Later, () => Promise<{ default: Component }>> = {
  calls: () => import('./features/calls/Calls.svelte'),
  customers: () => import('./features/customers/Customers.svelte'),
  reports: () => import('./features/reports/Reports.svelte'),
  settings: () => import('./features/settings/Settings.svelte'),
};

const READ_AFTER_MS = 200;

/** The screen, read if it is not here yet. */
export async function screenLater(screen: Later): Promise<Component> {
  return (await LATER[screen]()).default;
}

/** Reads the other screens once the first is drawn: none keeps anyone waiting, or needs its host later. */
export function readScreens(): () => void {
  const timer = setTimeout(() => {
    // One that can't be read now is asked for again when it is shown.
    for (const read of Object.values(LATER)) read().catch(() => undefined);
  }, READ_AFTER_MS);
  return () => clearTimeout(timer);
}
