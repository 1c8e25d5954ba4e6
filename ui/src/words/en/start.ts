import type { Words } from '../zh';

export const start: Words['start'] = {
  title: 'Get started',
  lead: 'One click and your phone rings; pick up, and the customer is on the line.',
  practice: 'Practise first',
  practiceText: 'A stand-in platform inside takes you from dial to recording. No account, no cost.',
  practiceGo: 'Start practising',
  resume: 'This computer has a platform account',
  resumeGo: 'Go on with it',
  pair: 'I have a pairing link',
  pairText: 'One bohao:// link from whoever set your team up. Records then arrive by themselves.',
  pairGo: 'Paste the link',
  manual: 'Enter it by hand',
  manualText: 'The platform’s appKey and appSecret, and your own number.',
  manualGo: 'Enter account',
  pairTitle: 'Pair with a relay',
  pairLabel: 'Pairing link',
  pairHint: 'It begins with bohao://pair and holds a secret; it does not stay on screen.',
  pairRead: 'Look',
  pairAsk: 'Pair with this relay?',
  pairWhat: 'This computer will receive its call records from there. Make sure it is your team’s address.',
  pairReplaces: (host) => `Takes the place of ${host}`,
  pairGoOn: 'Pair',
  accountTitle: 'Platform account',
  accountLead:
    'The first two are in the platform’s console, under developer or API settings; its support knows them too.',
  accountPaired: 'Paired. Only the platform account is missing.',
  enter: 'Save and start',
  leave: 'Back',
};

export const account: Words['account'] = {
  appKey: 'appKey',
  appKeyHint: 'Names your company at the platform.',
  appSecret: 'appSecret',
  appSecretHint: 'The secret that belongs to the appKey. It is never written to a file.',
  own: 'Own number',
  ownHint: 'Your own mobile or landline: it rings first. Several are separated by commas.',
  keep: 'Leave empty to keep',
  replace: 'Replace',
  add: 'Enter',
  forget: 'Forget both secrets',
  forgetAsk: 'Forget appKey and appSecret?',
  forgetText: 'Own numbers, calls and recordings stay. You can’t dial until you enter both again.',
  forgetGo: 'Forget',
  sessionOnly:
    'The system’s keyring can’t be reached: secrets last until you quit and are not written to disk.',
};
