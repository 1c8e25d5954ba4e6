import type { Words } from '../zh';
import { counted } from './counted';

export const backup: Words['backup'] = {
  title: 'Backup and restore',
  lead: 'Log, settings and recordings in one file, to be restored on this computer or another. No secret is in it, and no practice.',
  make: 'Back up…',
  made: (path, size) => `Backed up and checked: ${path} (${size})`,
  holds: (calls, recordings) => `${counted(calls, 'call')}, ${counted(recordings, 'recording')}`,
  missing: (n) => `The files of ${n} more recordings are gone or damaged and were left out.`,
  stopped: 'Stopped; nothing was left.',
  show: 'Open its folder',
  restore: 'Restore a backup…',
  ask: 'Put this backup into the place of your data?',
  of: (moment, version) => `Made ${moment} by Bohao ${version}`,
  text: 'Your present log and recordings go into a folder of their own; nothing is deleted. No secret is in a backup: on another computer, enter the account and the pairing link again.',
  go: 'Restore',
  ready:
    'All of the backup was checked. It takes its place when Bohao is opened again; until then nothing has changed.',
  restart: 'Open again now',
  replaced: (path) => `Restored from a backup. What was here before lies in ${path}.`,
};
