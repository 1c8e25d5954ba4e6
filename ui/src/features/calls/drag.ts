import type { CallRow } from '../../wire';
import { masked } from '../../words/mask';
import { areWhole } from '../../words/veiled.svelte';

const EIGHT_HOURS_MS = 8 * 3600 * 1000;

/** A recording's name where it is saved: day and time in Beijing, and the customer's number, as it is shown. */
export function fileName(row: CallRow, format: string): string {
  const [day = '', clock = ''] = new Date((row.started_at ?? row.at) + EIGHT_HOURS_MS)
    .toISOString()
    .split('T');
  const digits = (row.tel_b ?? '').replace(/\D/g, '');
  const number = (areWhole() ? digits : named(digits)) || 'recording';
  return `${day}_${clock.slice(0, 8).replaceAll(':', '')}_${number}.${format}`;
}

/** No system takes a dot in the middle for a letter of a name. */
function named(digits: string): string {
  const { head, tail } = masked(digits);
  return digits && `${head}xxxx${tail}`;
}

/** What Chromium makes a file of, where it is dropped: a type, a name and an address. */
export function download(row: CallRow, format: string, page: string): string {
  const address = new URL(`/api/recording/${encodeURIComponent(row.call)}?download`, page);
  return `application/octet-stream:${fileName(row, format)}:${address.href}`;
}
