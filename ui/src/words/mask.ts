const HIDDEN = '••••';

/** The parts of a number as it is shown: both ends, and whether the middle is hidden. */
export interface Shown {
  text: string;
  /** The last digits, for a screen reader in place of dots; empty when nothing is hidden. */
  tail: string;
}

/** A number with its middle hidden: area code or prefix, dots, the last four digits. */
export function masked(number: string): Shown {
  const digits = number.replace(/\D/g, '');
  if (digits.length < 5) return { text: HIDDEN, tail: '' };
  if (digits.length < 7) return { text: `${digits.slice(0, 2)} ${HIDDEN}`, tail: '' };
  const tail = digits.slice(-(digits.length < 10 ? 2 : 4));
  return { text: `${prefix(digits)} ${HIDDEN} ${tail}`, tail };
}

/** A number whole, in groups as one reads them. */
export function grouped(number: string): string {
  const digits = number.replace(/\D/g, '');
  if (digits.length !== number.length || digits.length < 10) return number;
  if (digits.startsWith('1') && digits.length === 11) return split(digits, 3, 7);
  if (digits.startsWith('0')) {
    const area = prefix(digits).length;
    return split(digits, area, digits.length - 4);
  }
  return digits.length === 10 ? split(digits, 3, 6) : number;
}

function prefix(digits: string): string {
  if (digits.length < 10) return digits.slice(0, 2);
  const longArea = digits.startsWith('0') && !/^0(10|2)/.test(digits);
  return digits.slice(0, longArea ? 4 : 3);
}

function split(digits: string, first: number, second: number): string {
  return [digits.slice(0, first), digits.slice(first, second), digits.slice(second)].join(' ');
}
