import { describe, expect, it } from 'vitest';
import { grouped, masked } from './mask';

describe('masked', () => {
  it.each([
    ['13800006620', '138 •••• 6620'],
    ['02155508842', '021 •••• 8842'],
    ['01055508842', '010 •••• 8842'],
    ['075555508842', '0755 •••• 8842'],
    ['4005551234', '400 •••• 1234'],
    ['95588', '95 ••••'],
    ['95512345', '95 •••• 45'],
    ['138-0000-6620', '138 •••• 6620'],
    ['12', '••••'],
    ['', '••••'],
  ])('%s shows as %s', (number, shown) => expect(masked(number).text).toBe(shown));

  it('never shows the middle of a number, whatever its length', () => {
    for (let length = 7; length <= 15; length++) {
      const number = '1357924680135'.repeat(2).slice(0, length);
      const digits = masked(number).text.replace(/\D/g, '');
      expect(digits.length, number).toBeLessThanOrEqual(number.length - 3);
    }
  });
});

describe('grouped', () => {
  it.each([
    ['13800006620', '138 0000 6620'],
    ['02155508842', '021 5550 8842'],
    ['075555508842', '0755 5550 8842'],
    ['4005551234', '400 555 1234'],
    ['95588', '95588'],
    ['hidden', 'hidden'],
  ])('%s reads as %s', (number, text) => expect(grouped(number)).toBe(text));
});
