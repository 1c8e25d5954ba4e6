import type { Words } from '../zh';

const per = (count: number, limit: number) => `${count} / ${limit}`;

export const guard: Words['guard'] = {
  counters: 'Calls so far',
  counter: {
    per5min: (count, limit) => `5 min ${per(count, limit)}`,
    per24h: (count, limit) => `24 h ${per(count, limit)}`,
    per_day: (count, limit) => `today ${per(count, limit)}`,
  },
  blocked: 'Numbers that are never dialled',
  blockedHint: '? stands for any digit, * for any number of them: 00* is every international call.',
  pattern: 'Pattern',
  patternWhy: 'Reason',
  patternAdd: 'Add',
  patternRemove: (pattern) => `Remove ${pattern}`,
  log: 'Log of rules',
  logLead: 'Each refused dial and each change, linked by digests, so that tampering shows.',
  logOpen: 'Show the log',
  logEmpty: 'Nothing yet',
  logEmptyText: 'A refused dial or a changed rule will stand here.',
  whole: (count) => `${count} entries, verified`,
  broken: (id) => `Entry ${id} does not follow: the log was tampered with`,
  head: 'Last digest',
  refused: (tail) => `Refused, ending ${tail}`,
  barred: (tail) => `Ending ${tail}: not to be called`,
  lifted: (tail) => `Ending ${tail}: may be called again`,
  changed: 'Rules changed',
  barredMany: (count) => `${count} numbers: not to be called`,
  exportLog: 'Export the log',
  exportForms: { json_lines: 'JSON lines', csv: 'CSV' },
  exportForm: 'Format of the export',
  exported: (path) => `Exported to ${path}`,
  downloaded: 'Exported; the file is among your browser’s downloads',
  exportHint: 'The file can be checked on any computer by bohao-cli guard verify.',
  masked: 'Numbers masked again',
  unmasked: { password: 'Numbers shown whole, by password', confirmation: 'Numbers shown whole, confirmed' },
  lossAcknowledged:
    'The loss of the former database acknowledged: calls without its do-not-call list and rules',
  unknown: 'An entry that can’t be read',
  more: 'Earlier entries',
  patterns: (count) => `${count} patterns`,
};
