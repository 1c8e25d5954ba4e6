interface Press {
  code: string;
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

const MODIFIERS = ['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'OS', 'CapsLock', 'NumLock', 'Fn'];
const APPLE = /mac|iphone|ipad/i.test(globalThis.navigator?.platform ?? '');
const SIGNS: Record<string, string> = { Ctrl: '⌃', Alt: '⌥', Shift: '⇧', Super: '⌘', CmdOrCtrl: '⌘' };

/** The keys of a press, as the host takes them; null while nothing but modifiers is held. */
export function keysOf(press: Press): string | null {
  if (MODIFIERS.includes(press.key) || !press.code) return null;
  const held = [
    press.ctrlKey && 'Ctrl',
    press.altKey && 'Alt',
    press.shiftKey && 'Shift',
    press.metaKey && 'Super',
  ].filter(Boolean);
  return [...held, press.code.replace(/^(Key|Digit)/, '')].join('+');
}

/** Keys as this system's users read them. */
export function keysWritten(keys: string, apple = APPLE): string {
  const parts = keys.split('+').map((part) => part.replace(/^(Key|Digit)/, ''));
  if (apple) return parts.map((part) => SIGNS[part] ?? part).join('');
  return parts.map((part) => (part === 'CmdOrCtrl' ? 'Ctrl' : part === 'Super' ? 'Win' : part)).join(' + ');
}
