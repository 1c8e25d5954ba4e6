import type { Words } from '../zh';

export const byHand: Words['byHand'] = {
  open: 'Log a call',
  title: 'Log a call by hand',
  lead: 'For calls you made elsewhere. If the platform sends a record of the same call later, the two become one.',
  number: 'Customer’s number',
  own: 'Own number',
  noOwn: 'Not given',
  status: 'Outcome',
  started: 'Began',
  duration: 'Length',
  durationHint: 'For example 192 or 3:12',
  badDuration: 'Write it as 192 or 3:12',
  note: 'Note',
  save: 'Log it',
};
