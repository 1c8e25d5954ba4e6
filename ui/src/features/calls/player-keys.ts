/** What the player does at a key. */
export type PlayerAct = 'toggle' | 'slower' | 'faster' | 'next' | 'previous' | 'mark' | { seek: number };

type Press = Pick<
  KeyboardEvent,
  'key' | 'code' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey' | 'defaultPrevented'
> & { target: EventTarget | null };

const STEP_S = 5;
const SMALL_STEP_S = 1;

/** What a key asks of the player, or nothing: other parts of the screen have keys too. */
export function actOf(press: Press): PlayerAct | null {
  if (press.defaultPrevented || press.ctrlKey || press.metaKey || press.altKey) return null;
  if (isWritten(press.target)) return null;
  const step = press.shiftKey ? SMALL_STEP_S : STEP_S;
  if (press.key === 'ArrowLeft') return { seek: -step };
  if (press.key === 'ArrowRight') return { seek: step };
  if (press.shiftKey) return null;
  if (press.key === ' ') return isPressed(press.target) ? null : 'toggle';
  // A Chinese input method takes the key itself, and leaves its place on the keyboard.
  if (press.code === 'BracketLeft') return 'slower';
  if (press.code === 'BracketRight') return 'faster';
  const letter =
    press.key.length === 1 ? press.key.toLowerCase() : press.code.replace('Key', '').toLowerCase();
  return ({ n: 'next', p: 'previous', m: 'mark' } as const)[letter] ?? null;
}

function isWritten(target: EventTarget | null): boolean {
  return closest(target, 'input, textarea, select, [contenteditable], dialog');
}

/** Space presses a button that has the focus. */
function isPressed(target: EventTarget | null): boolean {
  return closest(target, 'button, a, summary');
}

function closest(target: EventTarget | null, selector: string): boolean {
  return target !== null && 'closest' in target && (target as Element).closest(selector) !== null;
}
