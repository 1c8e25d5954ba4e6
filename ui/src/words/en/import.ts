import type { Words } from '../zh';

export const importing: Words['import'] = {
  title: 'Import call records',
  lead: 'CSV or JSON from the platform. You see what would happen before anything is written.',
  choose: 'Choose a file',
  another: 'Another file',
  reading: 'Reading…',
  rows: 'Read',
  new: 'New',
  merged: 'Completed',
  same: 'Unchanged',
  rejected: 'Rejected',
  rejectedRow: (row, column) => (column ? `Row ${row} · ${column}` : `Row ${row}`),
  more: (n) => `and ${n} more`,
  go: (n) => `Import ${n}`,
  nothing: 'Nothing to import',
  done: (n, m) => `Imported: ${n} new, ${m} completed.`,
  tooLarge: 'The file is over 64 MB. Split it.',
};
