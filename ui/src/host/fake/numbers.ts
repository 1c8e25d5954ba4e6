import type { DialableNumber, NumberFlaw } from '../../wire';

/** Reads a number as the engine does, nearly enough to design by. */
export function readNumber(text: string): { number: DialableNumber | null; flaw: NumberFlaw | null } {
  const plain = text.normalize('NFKC');
  const runs = plain.replace(/(\+|00)86/g, '').match(/\d[\d\s()-]*\d|\d/g) ?? [];
  const digits = (runs[0] ?? '').replace(/\D/g, '');
  if (!plain.trim()) return flawed('empty');
  if (runs.length === 0) return flawed('no_digits');
  if (runs.length > 1) return flawed('several');
  if (/^(110|119|120|122)$/.test(digits)) return flawed('special');
  if (/^1[3-9]/.test(digits)) return sized(digits, 11, 11, 'mobile', [3, 7]);
  if (/^0(10|2)/.test(digits)) return sized(digits, 11, 11, 'landline', [3, 7]);
  if (digits.startsWith('0')) return sized(digits, 11, 12, 'landline', [4, 8]);
  if (/^[48]00/.test(digits)) return sized(digits, 10, 10, 'enterprise', [3, 6]);
  if (/^9[56]/.test(digits)) return sized(digits, 5, 8, 'service', [5, 5]);
  return flawed(digits.length >= 7 ? 'no_area_code' : 'unknown_prefix');
}

function sized(
  digits: string,
  least: number,
  most: number,
  kind: DialableNumber['kind'],
  cuts: [number, number],
) {
  if (digits.length < least) return flawed('too_short');
  if (digits.length > most) return flawed('too_long');
  const [a, b] = cuts;
  const grouped = [digits.slice(0, a), digits.slice(a, b), digits.slice(b)].filter(Boolean).join(' ');
  return { number: { digits, grouped, kind }, flaw: null };
}

function flawed(flaw: NumberFlaw) {
  return { number: null, flaw };
}
