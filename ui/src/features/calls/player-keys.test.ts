import { expect, it } from 'vitest';
import { actOf } from './player-keys';

/** An element of this kind, as far as a key press asks. */
function within(kind: string): EventTarget {
  return { closest: (selector: string) => (selector.split(', ').includes(kind) ? {} : null) } as never;
}

function press(key: string, more: object = {}) {
  const held = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
  return actOf({ key, code: '', defaultPrevented: false, target: within('div'), ...held, ...more });
}

it.each([
  [' ', {}, 'toggle'],
  ['ArrowLeft', {}, { seek: -5 }],
  ['ArrowRight', {}, { seek: 5 }],
  ['ArrowRight', { shiftKey: true }, { seek: 1 }],
  ['[', { code: 'BracketLeft' }, 'slower'],
  ['】', { code: 'BracketRight' }, 'faster'],
  ['n', {}, 'next'],
  ['P', {}, 'previous'],
  ['Process', { code: 'KeyM' }, 'mark'],
] as const)('%j does what the hint says', (key, more, act) => {
  expect(press(key, more)).toEqual(act);
});

it.each([
  ['a letter that is typed into a note', 'm', { target: within('textarea') }],
  ['an arrow in a list of speeds', 'ArrowLeft', { target: within('select') }],
  ['a space on a button, which presses it', ' ', { target: within('button') }],
  ['a key of the list, which took it', ' ', { defaultPrevented: true }],
  ['a shortcut', 'n', { ctrlKey: true }],
  ['any other key', 'ArrowDown', {}],
  ['a key within a dialog', 'm', { target: within('dialog') }],
] as const)('leaves %s alone', (_, key, more) => {
  expect(press(key, more)).toBeNull();
});
