/** The parts of a key press that matter here, so that a test needs no browser. */
interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  target: unknown;
}

/** Whether a key pressed anywhere on the dial screen is meant for the number line. */
export function belongsToNumberLine(press: Press): boolean {
  if (press.ctrlKey || press.metaKey || press.altKey) return false;
  if (!/^[0-9０-９+*#]$/.test(press.key)) return false;
  return !isWrittenInto(press.target);
}

/** The digit that is pressed with Alt, which chooses an outcome from anywhere; empty for other keys. */
export function outcomeDigit(press: Omit<Press, 'key' | 'target'> & { code: string }): string {
  if (!press.altKey || press.ctrlKey || press.metaKey) return '';
  // With Alt, some systems make another letter of a digit: its place on the keyboard tells.
  return /^(?:Digit|Numpad)([1-9])$/.exec(press.code)?.[1] ?? '';
}

/** Whether a click is a double click's second: it never dials. */
export function isSecondClick(event: { detail: number }): boolean {
  return event.detail > 1;
}

function isWrittenInto(target: unknown): boolean {
  if (typeof target !== 'object' || target === null || !('closest' in target)) return false;
  const { closest } = target as Element;
  return closest.call(target, 'input, textarea, select, dialog') !== null;
}
