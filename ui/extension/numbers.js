// Finds Chinese telephone numbers in a text. It offers; what is dialled is Bohao's own judgement.

{
  const MOBILE = '(?:(?:\\+|00)?86[ -]?)?1[3-9]\\d[ -]?\\d{4}[ -]?\\d{4}';
  const AREA = '(?:\\((?:010|02\\d|0[3-9]\\d\\d)\\) ?|(?:\\+86[ -]?0?|0)(?:10|2\\d|[3-9]\\d\\d)[ -]?)';
  const LANDLINE = `${AREA}[2-9]\\d{2,3}[ -]?\\d{4}(?:-\\d{1,4})?`;
  const ENTERPRISE = '[48]00[ -]?\\d{3}[ -]?\\d{4}';
  // A part of an order's number, of an address in the net, of an amount or of another country's number is none.
  const BEFORE = '(?<![\\w.+=#@]|\\w-|(?<!\\d)/|\\+\\d{1,3}[ -])';
  const AFTER = '(?!\\w|@|[.-]\\d)';
  const NUMBER = new RegExp(`${BEFORE}(?:${MOBILE}|${LANDLINE}|${ENTERPRISE})${AFTER}`, 'g');

  const ODD = /[０-９＋－（）\u2010-\u2015\u2212\u00a0\u2000-\u200a\u202f\u3000\t]/g;
  /** As it would be typed on a plain keyboard, letter for letter. */
  const plain = (odd) => {
    if (odd >= '！') return String.fromCharCode(odd.charCodeAt(0) - 0xfee0);
    return /\s/.test(odd) ? ' ' : '-';
  };

  /**
   * Where numbers stand in a text.
   * @param {string} text
   * @returns {{ from: number, to: number }[]}
   */
  globalThis.bohaoNumbers = (text) =>
    [...text.replace(ODD, plain).matchAll(NUMBER)].map((found) => ({
      from: found.index,
      to: found.index + found[0].length,
    }));
}
