import type { Screen } from '../wire';

interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export const SCREENS: Screen[] = ['dial', 'lists', 'calls', 'customers', 'follow_ups', 'reports', 'settings'];

const APPLE = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');

/** A shortcut as it is written on this system's keys. */
export function written(key: string): string {
  return APPLE ? `⌘${key}` : `Ctrl ${key}`;
}

/** Whether the system's own shortcut key is held, and no other one. */
export function commanded(press: Press): boolean {
  const [held, other] = APPLE ? [press.metaKey, press.ctrlKey] : [press.ctrlKey, press.metaKey];
  return held && !other && !press.altKey && !press.shiftKey;
}

/** The screen a key press asks for. */
export function screenOf(press: Press): Screen | null {
  return commanded(press) ? (SCREENS[Number(press.key) - 1] ?? null) : null;
}
