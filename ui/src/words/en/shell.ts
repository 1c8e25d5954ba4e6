import type { Words } from '../zh';

export const common: Words['common'] = {
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  save: 'Save',
  saved: 'Saved',
  saving: 'Saving…',
  notSaved: 'Not saved',
  retry: 'Try again',
  clear: 'Clear',
  copy: 'Copy',
  copied: 'Copied',
  reveal: 'Show',
  hide: 'Hide',
  loading: 'Reading…',
  details: 'Technical detail',
  none: 'None',
  ending: (tail) => `ending ${tail}`,
  unknownNumber: 'Unknown number',
};

export const nav: Words['nav'] = {
  label: 'Screens',
  dial: 'Dial',
  lists: 'Lists',
  calls: 'Calls',
  customers: 'Customers',
  follow_ups: 'Follow-ups',
  reports: 'Reports',
  settings: 'Settings',
};

export const foot: Words['foot'] = {
  syncOff: 'No relay paired',
  syncConnecting: 'Calls · connecting',
  syncedNow: 'Calls · synced just now',
  syncedAgo: (ago) => `Calls · synced ${ago}`,
  stale: (since) => `Calls · stale since ${since}`,
  staleNever: 'Calls · never synced',
  refused: 'The relay refuses',
};

export const ago: Words['ago'] = {
  seconds: (n) => `${n} s ago`,
  minutes: (n) => `${n} min ago`,
  hours: (n) => `${n} h ago`,
  days: (n) => `${n} d ago`,
};

export const strip: Words['strip'] = {
  practice: 'Practice',
  practiceText: 'No real call is placed and nothing is billed.',
  leave: 'Use a real account',
  offline: 'The connection to Bohao is lost; it is trying again. Everything on screen stays.',
  lockedTitle: 'Open it again from the terminal',
  lockedText:
    'This page’s one-time token is used up. In the terminal, run bohao-cli serve again and open the new address.',
  setAside: (path) => `The database was damaged. It was set aside at ${path}, and a new one begun.`,
  lost: (path, backups) =>
    (path
      ? `The database was damaged or emptied; it was set aside, not deleted: ${path}. `
      : 'The database that was in the data folder is gone. ') +
    'The do-not-call list, the rules, the notes and the log are not here, so nothing is dialled. ' +
    'Restore a backup in Settings › Backup and restore' +
    (backups ? `; automatic copies from before upgrades are in ${backups}.` : '.'),
  acknowledge: 'I know; dial all the same',
  understood: 'Understood',
};
