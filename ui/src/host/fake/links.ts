import type { DialableNumber, Link, PhoneProgram, Shortcut, ShortcutStanding } from '../../wire';
import { Trouble } from '../trouble';
import type { Part } from './part';
import type { Scene } from './scene';

const NOTHING = { flaw: null, name: null, note: null, extension: null };

const USUAL = 'CmdOrCtrl+Shift+D';

function mobile(digits: string): DialableNumber {
  return { digits, grouped: digits.replace(/^(...)(....)/, '$1 $2 '), kind: 'mobile' };
}

/** What waits in a scene of this name. */
const WAITING: Record<string, Link> = {
  link: {
    ...NOTHING,
    asks: 'dial',
    number: '13922104471',
    name: '陈立（远航物流）',
    note: '续约，下午方便',
    extension: '802',
  },
  link_plain: { ...NOTHING, asks: 'dial', number: '13922104471' },
  link_flaw: { ...NOTHING, asks: 'dial', number: '5555-3300', flaw: 'no_area_code' },
  link_pair: { asks: 'pairing' },
  link_call: { asks: 'call', call: 'nobody knows it' },
  link_code: { asks: 'refused', flaw: 'special' },
  link_several: { asks: 'refused', flaw: 'several' },
  link_copied: { asks: 'copied', numbers: [mobile('13922104471')] },
  link_copied_several: {
    asks: 'copied',
    numbers: [mobile('13922104471'), mobile('13800006620'), mobile('18855500146')],
  },
  link_copied_none: { asks: 'copied', numbers: [] },
  link_unknown: { asks: 'refused', flaw: 'unknown' },
};

const NEW_RELAY = 'https://bohao.team.example';

export function links(scene: Scene) {
  const waiting = [...scene.words].flatMap((word) => WAITING[word] ?? []);
  let program: PhoneProgram = {
    opener: scene.words.has('nobody') ? { who: 'nobody' } : { who: 'other', name: 'KDE Connect' },
    way: scene.words.has('windows') ? 'system_page' : scene.words.has('mac') ? 'face_time' : 'itself',
  };
  let shortcut: Shortcut = scene.words.has('wayland')
    ? { keys: USUAL, standing: 'wayland' }
    : { keys: USUAL, standing: 'works' };
  /** Another program has F9 here, and nobody holds letters alone. */
  const standing = (keys: string): ShortcutStanding => {
    if (scene.words.has('wayland')) return 'wayland';
    if (keys === '') return 'off';
    if (keys === 'F9') return 'taken';
    return /^F\d+$/.test(keys) || keys.split('+').length > 2 ? 'works' : 'no_keys';
  };
  const triggers = {
    ShortcutQuery: () => shortcut,
    SetShortcut: ({ keys }) => {
      const asked = { keys: keys ?? USUAL, standing: standing(keys ?? USUAL) };
      if (asked.standing === 'works' || asked.standing === 'off') shortcut = asked;
      return asked;
    },
    TakeLink: () => ({ link: waiting.shift() ?? null }),
    ReadOpenedPairing: () => ({ relay_url: NEW_RELAY, replaces: scene.desk.account.relay_url }),
    PairOpened: () => {
      if (scene.words.has('full')) throw new Trouble('disk_full');
      const account = { ...scene.desk.account, relay_url: NEW_RELAY };
      scene.desk = { ...scene.desk, account };
      return account;
    },
    PhoneProgramQuery: () => program,
    BecomePhoneProgram: () =>
      (program = program.way === 'itself' ? { ...program, opener: { who: 'bohao' } } : program),
    LeavePhoneProgram: () => (program = { ...program, opener: { who: 'nobody' } }),
  } satisfies Part<'trigger'>;
  return { triggers };
}
