import type { Words } from '../zh';
import { counted } from './counted';

export const picked: Words['picked'] = {
  label: 'Actions for the picked calls',
  count: (n) => `${n} picked`,
  atLeast: (n) => `All picked, more than ${n}`,
  none: 'Pick none',
  save: 'Save recordings',
  delete: 'Delete',
  saveText:
    'Each recording goes whole into the folder you choose, named by day, customer and number; no file that is there is touched. What is not here yet is passed by.',
  saveTo: 'Where to',
  template: '{date}_{customer}_{number}',
  chooseFolder: 'Choose a folder…',
};

export const deleting: Words['deleting'] = {
  ask: (n) => `Delete ${counted(n, 'call')}?`,
  askAtLeast: (n) => `Delete all picked calls, more than ${n}?`,
  text: 'Their notes and recordings go with them. For 10 seconds you can undo it; then they are gone from this computer for good, and no sync brings them back.',
  backups:
    'Automatic backups from before an upgrade may hold these calls until newer ones replace them. Files that you saved elsewhere stay.',
  go: 'Delete',
  busy: 'Deleting…',
  erase: 'Erase everything of this person?',
  eraseText: (calls, recordings) =>
    `${counted(calls, 'call')} with this number, all notes, ${counted(recordings, 'recording')}, and the number itself. For 10 seconds you can undo it; then all is gone for good, and no sync brings it back.`,
  eraseBackups: (n) => `Automatic backups that hold the number (${n}) are deleted whole.`,
  setAside: (path) => `Older data that was set aside holds the number, too. It is left to you: ${path}`,
  elsewhere:
    'Where notes of other calls mention this person, please change them yourself. What platform, relay and files saved elsewhere hold is out of reach from here.',
  keepOff: 'Not to be called again either',
  keepOffText: 'Only a salted digest stays: it recognises the number and tells nobody who it is.',
  eraseGo: 'Erase all',
  deleted: (n) => `${counted(n, 'call')} deleted`,
  erased: (n) => `${counted(n, 'call')} and everything else of this person deleted`,
  undo: 'Undo',
  tooLate: 'Too late: it is gone for good.',
  one: 'Delete this call',
  person: 'Erase everything of this person…',
  history: 'All calls with them',
};
