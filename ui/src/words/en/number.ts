import type { Words } from '../zh';

export const number: Words['number'] = {
  hidden: (tail) => (tail ? `Ending ${tail}, the rest is hidden` : 'Number hidden'),
  hint: 'Hold to show it, let go to hide it; right-click or Ctrl C to copy',
  copyAsk: 'Copy this number?',
  copyText:
    'All of it goes into the clipboard, where other programs can read it. If it is still there in a minute, it is taken out.',
  copied: 'Number copied',
  left: (seconds) => `cleared in ${seconds} s`,
  clear: 'Clear now',
  unknown:
    'The browser does not let Bohao look into the clipboard, and the number may still be there. Copying anything else replaces it.',
  showAsk: 'Show whole numbers?',
  showText:
    'Every number on screen will be shown in full: to whoever looks on, in screenshots and recordings of the screen. To see a single number, hold it; nothing needs to be switched off for that.',
  showHow: 'Where the system can, it asks for your password first. The change is kept in the log of rules.',
  showGo: 'Show whole numbers',
  refused: 'The password was not accepted. Numbers stay masked.',
};
