import { describe, expect, it } from 'vitest';
import { grouped, looksLikeNumber, masked, maskedText } from './mask';

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

describe('maskedText', () => {
  it.each([
    ['转 139 2210 4471 王经理，下午3点', '转 139 •••• 4471 王经理，下午3点'],
    ['打 13922104471 或 021-55508842', '打 139••••4471 或 021-••••8842'],
    ['（０２１）５５５０８８４２', '（０２１）••••８８４２'],
    ['１３９２２１０４４７１', '１３９••••４４７１'],
    ['+86 139-2210-4471', '+86 1••-••••-4471'],
    ['本地 55508842', '本地 55••••42'],
    ['2026-11-23 14:07 回电', '2026-11-23 14:07 回电'],
    ['20261123 发货，要 200 吨', '20261123 发货，要 200 吨'],
    ['2026.1.3 / 2026/11/23', '2026.1.3 / 2026/11/23'],
    ['没有号码', '没有号码'],
    ['', ''],
  ])('%s shows as %s', (text, shown) => expect(maskedText(text)).toBe(shown));

  it('leaves every sign in its place, and no number whole', () => {
    for (const number of ['13922104471', '02155508842', '4005551234', '55508842']) {
      for (const text of [number, `a${number}b`, `王${number}，${number}`, grouped(number)]) {
        const shown = maskedText(text);
        expect(shown).toHaveLength(text.length);
        expect(shown.replace(/\D/g, '')).not.toContain(number);
        expect(maskedText(shown)).toBe(shown);
      }
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

it.each([
  ['13922104471', true],
  ['+86 139-2210-4471', true],
  ["'(021) 55508842", true],
  ['2026', false],
  ['2026-11-23', false],
  ['冷藏 9.6 米', false],
  ['', false],
])('takes %j of a sheet for a number: %j', (text, is) => expect(looksLikeNumber(text)).toBe(is));
