import { expect, it } from 'vitest';
import { keysOf, keysWritten } from './keys';

const press = (code: string, key: string, held: string[] = []) => ({
  code,
  key,
  ctrlKey: held.includes('ctrl'),
  altKey: held.includes('alt'),
  shiftKey: held.includes('shift'),
  metaKey: held.includes('meta'),
});

it.each([
  [press('KeyD', 'D', ['ctrl', 'shift']), 'Ctrl+Shift+D'],
  // What a key types depends on the others that are held, its place does not.
  [press('Digit1', '!', ['alt', 'shift']), 'Alt+Shift+1'],
  [press('F8', 'F8'), 'F8'],
  [press('Space', ' ', ['ctrl', 'meta']), 'Ctrl+Super+Space'],
  [press('ControlLeft', 'Control', ['ctrl']), null],
  [press('ShiftRight', 'Shift', ['ctrl', 'shift']), null],
])('reads the keys of a press', (pressed, keys) => {
  expect(keysOf(pressed)).toBe(keys);
});

it('writes keys as each system does', () => {
  expect(keysWritten('CmdOrCtrl+Shift+D', false)).toBe('Ctrl + Shift + D');
  expect(keysWritten('CmdOrCtrl+Shift+D', true)).toBe('⌘⇧D');
  expect(keysWritten('Alt+Super+1', false)).toBe('Alt + Win + 1');
});
