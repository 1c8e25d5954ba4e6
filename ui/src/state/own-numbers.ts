import type { Host } from '../host/host';
import { Trouble } from '../host/trouble';

/** Splits what was typed into numbers, and has each read; rejects with the first flaw. */
export async function readOwnNumbers(host: Host, text: string): Promise<string[]> {
  const numbers: string[] = [];
  for (const part of text.split(/[,，、;；\n]+/).filter((part) => part.trim())) {
    const { number, flaw } = await host.query('LookUpNumber', { text: part });
    if (!number) throw new Trouble('bad_number', '', { flaw });
    if (!numbers.includes(number.digits)) numbers.push(number.digits);
  }
  return numbers;
}
