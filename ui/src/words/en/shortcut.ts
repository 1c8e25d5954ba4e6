import type { Words } from '../zh';

export const shortcut: Words['shortcut'] = {
  title: 'Shortcut',
  lead: 'Copy a number in any program, press the keys, and it stands in the number line. Enter dials it; nothing dials by itself.',
  label: 'Dial what was copied',
  press: 'Press the new keys; Esc leaves them',
  none: 'None',
  change: 'Change',
  usual: 'Back to the usual keys',
  remove: 'Switch off',
  standing: {
    works: 'It works.',
    off: 'It is switched off.',
    taken: 'Another program has these keys. Choose others.',
    no_keys: 'Hold two of Ctrl, Alt, Shift and the like with a key, or press a function key (F1 to F24).',
    wayland:
      'This desktop (Wayland) hands keys to no program. Add a shortcut in the system’s settings with the command bohao --dial-copied, which does the same.',
  },
  kept: 'The keys before go on.',
};
