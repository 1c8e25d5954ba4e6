const HIDDEN = '••••';

/** So many digits in a text are taken for somebody's number. */
const LEAST_DIGITS = 7;
/** Digits, with no more than two marks of a number between any of them. */
const RUN = /[0-9０-９](?:[ \-－–.()（）]{0,2}[0-9０-９])*/g;
/** A day, with its hour behind it if one follows. */
const DAY = /^(?:19|20)\d\d[-./]?(?:0?[1-9]|1[0-2])[-./]?(?:0?[1-9]|[12]\d|3[01])(?: [0-2]?\d)?$/;

/** The parts of a number as it is shown: both ends, with dots for what is between them. */
export interface Shown {
  text: string;
  /** The area code or prefix; empty where the number is too short to show any of it. */
  head: string;
  /** The last digits, for a screen reader in place of dots; empty where they are hidden as well. */
  tail: string;
}

/** A number with its middle hidden: area code or prefix, dots, the last four digits. */
export function masked(number: string): Shown {
  const digits = number.replace(/\D/g, '');
  if (digits.length < 5) return { text: HIDDEN, head: '', tail: '' };
  const head = prefix(digits);
  if (digits.length < LEAST_DIGITS) return { text: `${head} ${HIDDEN}`, head, tail: '' };
  const tail = digits.slice(-tailLength(digits));
  return { text: `${head} ${HIDDEN} ${tail}`, head, tail };
}

/**
 * A text in which the middle of whatever may be somebody's number is hidden. Every sign keeps its
 * place, so that a caret in it does too. Days stay as they are.
 */
export function maskedText(text: string): string {
  return text.replace(RUN, (run) => (mayBeNumber(run) ? veiled(run) : run));
}

/** Whether a cell of somebody's sheet may be a number, whatever its column is taken for. */
export function looksLikeNumber(text: string): boolean {
  const isDay = /^\d{4}-\d{1,2}-\d{1,2}$/.test(text);
  return !isDay && /^['+]?[\d\s()-]{7,24}$/.test(text);
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

function mayBeNumber(run: string): boolean {
  const plain = run.normalize('NFKC');
  return plain.replace(/\D/g, '').length >= LEAST_DIGITS && !DAY.test(plain);
}

/** The digits between both ends become dots, and whatever stands between them stays. */
function veiled(run: string): string {
  const digits = run.normalize('NFKC').replace(/\D/g, '');
  const [head, tail] = [prefix(digits).length, digits.length - tailLength(digits)];
  let place = -1;
  return run.replace(/[0-9０-９]/g, (digit) => ((place += 1) >= head && place < tail ? '•' : digit));
}

function tailLength(digits: string): number {
  return digits.length < 10 ? 2 : 4;
}

function prefix(digits: string): string {
  if (digits.length < 10) return digits.slice(0, 2);
  const longArea = digits.startsWith('0') && !/^0(10|2)/.test(digits);
  return digits.slice(0, longArea ? 4 : 3);
}

function split(digits: string, first: number, second: number): string {
  return [digits.slice(0, first), digits.slice(first, second), digits.slice(second)].join(' ');
}
