import { describe, expect, it } from 'vitest';
import { screenOf } from '../../parts/shortcuts';
import { belongsToNumberLine, isSecondClick, outcomeDigit } from './keys';

const press = (key: string, more = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  target: null,
  ...more,
});
const inside = (selector: string) => ({ closest: (asked: string) => (asked.includes(selector) ? {} : null) });

describe('keys for the number line', () => {
  it.each(['0', '9', '+', '*', '#', '８'])('%s goes there', (key) =>
    expect(belongsToNumberLine(press(key))).toBe(true),
  );
  it.each(['a', 'Enter', ' ', 'Escape', 'F1'])('%s does not', (key) =>
    expect(belongsToNumberLine(press(key))).toBe(false),
  );
  it('leaves shortcuts alone', () => expect(belongsToNumberLine(press('1', { ctrlKey: true }))).toBe(false));
  it.each(['textarea', 'input', 'dialog'])('leaves what is typed into a %s there', (where) =>
    expect(belongsToNumberLine(press('1', { target: inside(where) }))).toBe(false),
  );
});

it.each([
  [{ altKey: true, code: 'Digit3' }, '3'],
  [{ altKey: true, code: 'Numpad9' }, '9'],
  [{ altKey: true, code: 'Digit0' }, ''],
  [{ altKey: false, code: 'Digit3' }, ''],
  [{ altKey: true, ctrlKey: true, code: 'Digit3' }, ''],
])('an outcome is chosen from anywhere with Alt and a digit', (change, digit) => {
  expect(outcomeDigit({ ctrlKey: false, metaKey: false, ...change })).toBe(digit);
});

it('takes a double click for one', () => {
  expect(isSecondClick({ detail: 1 })).toBe(false);
  expect(isSecondClick({ detail: 2 })).toBe(true);
  expect(isSecondClick({ detail: 0 }), 'a press by keyboard').toBe(false);
});

it.each([
  ['1', 'dial'],
  ['2', 'lists'],
  ['3', 'calls'],
  ['4', 'customers'],
  ['5', 'follow_ups'],
  ['6', 'reports'],
  ['7', 'settings'],
  ['8', null],
  ['k', null],
])('Ctrl %s asks for %s', (key, screen) => {
  expect(screenOf(press(key, { ctrlKey: true }))).toBe(screen);
  expect(screenOf(press(key))).toBe(null);
});
