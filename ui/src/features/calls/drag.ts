import type { CallRow } from '../../wire';

const EIGHT_HOURS_MS = 8 * 3600 * 1000;

/** A recording's name where it is saved: day and time in Beijing, and the customer's number. */
export function fileName(row: CallRow, format: string): string {
  const [day = '', clock = ''] = new Date((row.started_at ?? row.at) + EIGHT_HOURS_MS)
    .toISOString()
    .split('T');
  const number = (row.tel_b ?? '').replace(/\D/g, '') || 'recording';
  return `${day}_${clock.slice(0, 8).replaceAll(':', '')}_${number}.${format}`;
}

/** What Chromium makes a file of, where it is dropped: a type, a name and an address. */
export function download(row: CallRow, format: string, page: string): string {
  const address = new URL(`/api/recording/${encodeURIComponent(row.call)}?download`, page);
  return `application/octet-stream:${fileName(row, format)}:${address.href}`;
}
