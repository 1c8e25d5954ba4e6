import type { Component } from 'svelte';
import type { Screen } from './wire';

/** The screens that the first frame can do without, in a file of their own, read after it is drawn. */
const read = () => import('./later');

const READ_AFTER_MS = 200;

/** The screen, read if it is not here yet. */
export async function screenLater(screen: Exclude<Screen, 'dial'>): Promise<Component> {
  return (await read())[screen];
}

/** The question about a link. */
export async function linkDialogLater(): Promise<Component> {
  return (await read()).LinkDialog;
}

/** Reads the other screens once the first is drawn: none keeps anyone waiting, or needs its host later. */
export function readScreens(): () => void {
  // What can't be read now is asked for again when it is shown.
  const timer = setTimeout(() => void read().catch(() => undefined), READ_AFTER_MS);
  return () => clearTimeout(timer);
}
