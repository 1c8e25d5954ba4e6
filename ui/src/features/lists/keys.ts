/** The parts of a key press that matter here, so that a test needs no browser. */
interface Press {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
  target: unknown;
}

export type WorkKey = 'dial' | 'escape' | 'skip' | 'later' | 'back' | 'pause' | { outcome: string };

const LETTERS: Record<string, WorkKey> = { KeyS: 'skip', KeyL: 'later', KeyB: 'back', KeyP: 'pause' };

/**
 * What a key asks for while a list is worked; null for keys that are meant for something else. A key
 * that is held down asks once: nobody dials a second number by keeping Enter pressed.
 */
export function workKey(press: Press): WorkKey | null {
  if (press.ctrlKey || press.metaKey || press.altKey || press.repeat) return null;
  if (isWrittenInto(press.target)) return null;
  if (press.key === 'Escape') return 'escape';
  // A button that has the keyboard is what Enter presses.
  if (press.key === 'Enter') return isPressed(press.target) ? null : 'dial';
  if (/^[1-9]$/.test(press.key)) return { outcome: press.key };
  // With an input method, a letter's place on the keyboard tells.
  return LETTERS[press.code] ?? null;
}

function isWrittenInto(target: unknown): boolean {
  return isWithin(target, 'input, textarea, select, dialog');
}

function isPressed(target: unknown): boolean {
  return isWithin(target, 'button, a, summary, [role="listbox"]');
}

function isWithin(target: unknown, where: string): boolean {
  if (typeof target !== 'object' || target === null || !('closest' in target)) return false;
  const { closest } = target as Element;
  return closest.call(target, where) !== null;
}
