import type { Words } from '../zh';

const NOTHING_DONE = 'Nothing was dialled and nothing was changed.';

export const links: Words['links'] = {
  from: 'This number came with a link',
  copied: 'This number was copied',
  named: (name) => `The link says: ${name}`,
  noted: (note) => `To be noted once it is dialled: ${note}`,
  extension: (digits) => `Extension ${digits}: key it in yourself once you are through`,
  forget: 'Drop what came with the link and keep the number',
  replaceAsk: 'Fill in this number instead?',
  replaceText:
    'You are writing something else, and not a letter of it was touched. What is not saved is lost if you fill this in. Nothing is dialled by itself.',
  replaceCopied:
    'You are writing something else, and not a letter of it was touched. What is not saved is lost if you fill in the copied number. Nothing is dialled by itself.',
  replace: 'Fill in this number',
  choose: 'Which number?',
  chooseText: 'What was copied holds more than one. The one you choose is filled in, and Enter dials it.',
  nothingCopied: 'What was copied holds no number that can be dialled',
  nothingCopiedText:
    'Copy a number in any program, with the text around it if you like, and press the keys again. Nothing was dialled.',
  keep: 'Keep what is there',
  leaveAsk: 'Show the call that the link names?',
  leaveText:
    'You are writing something else, and not a letter of it was touched. What is not saved is lost if you go there.',
  leaveGo: 'Show this call',
  setUpFirst: 'One step is missing before you can dial',
  setUpText:
    'The number is kept for you. Once the account is set up, or you practise, it stands in the number line. Nothing was dialled.',
  pairInPractice: 'You are practising. This pairs the real account, and practice is not touched.',
  refused: 'This link was not opened',
  flaw: {
    too_long: { what: 'The link is longer than any that is meant', next: NOTHING_DONE },
    malformed: {
      what: 'The link holds characters that have no place in it',
      next: `${NOTHING_DONE} Copy the number and paste it into the number line.`,
    },
    no_number: { what: 'The link holds no number that can be dialled', next: NOTHING_DONE },
    several: {
      what: 'The link holds more than one number',
      next: `${NOTHING_DONE} Copy the one you mean and paste it into the number line.`,
    },
    special: {
      what: 'The link holds an emergency number, a short number or a code of a telephone',
      next: `The platform dials none of these. ${NOTHING_DONE}`,
    },
    unknown: {
      what: 'What this link asks for is not known here',
      next: `${NOTHING_DONE} A newer Bohao may know it.`,
    },
    foreign: { what: 'This link is for another program', next: NOTHING_DONE },
    no_call: {
      what: 'The call that the link names is not here',
      next: 'It may be on another computer, or deleted.',
    },
  },
  title: 'Links to numbers',
  lead: 'Click a number in a page, a mail or a customer system, and it stands in the number line. Enter dials it; nothing dials by itself.',
  opens: {
    bohao: 'The system opens links to numbers with Bohao.',
    nobody: 'The system has no program for links to numbers yet.',
    unknown: 'The system does not say what opens links to numbers.',
  },
  opensOther: (name) => `The system opens links to numbers with “${name}” now.`,
  way: {
    itself:
      'Only your own settings change, and no administrator is needed. Taken back or uninstalled, the program before it opens them again.',
    system_page:
      'On the page of the system, choose Bohao for TEL, CALLTO and BOHAO. No administrator is needed, and uninstalling takes it back.',
    face_time:
      'Choose Bohao in FaceTime under Settings › General › Default for calls. Removing Bohao takes it back.',
  },
  become: {
    itself: 'Make Bohao the phone program',
    system_page: 'Open the page of the system',
    face_time: 'Open FaceTime',
  },
  leave: 'No longer open them with Bohao',
};
