import type { Link, PhoneProgram } from '../../wire';
import { Trouble } from '../trouble';
import type { Part } from './part';
import type { Scene } from './scene';

const NOTHING = { flaw: null, name: null, note: null, extension: null };

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
  link_unknown: { asks: 'refused', flaw: 'unknown' },
};

const NEW_RELAY = 'https://bohao.team.example';

export function links(scene: Scene) {
  const waiting = [...scene.words].flatMap((word) => WAITING[word] ?? []);
  let program: PhoneProgram = {
    opener: scene.words.has('nobody') ? { who: 'nobody' } : { who: 'other', name: 'KDE Connect' },
    way: scene.words.has('windows') ? 'system_page' : scene.words.has('mac') ? 'face_time' : 'itself',
  };
  const triggers = {
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
