import type { Account, DeskState, GuardRules } from '../../wire';
import { Trouble } from '../trouble';
import type { Part } from './part';
import type { Scene } from './scene';

const RULES: GuardRules = { hours: '08:00-21:00', gap: 60, per_5min: 3, per_24h: 5, per_day: 0 };
const RELAY = 'https://relay.example.com';

export function settings(scene: Scene) {
  const change = (patch: Partial<DeskState>) => (scene.desk = { ...scene.desk, ...patch });
  const account = (patch: Partial<Account>) =>
    change({ account: { ...scene.desk.account, ...patch } }).account;

  const queries = {
    DeskQuery: () => scene.snapshot(),
    AccountQuery: () => scene.desk.account,
    SettingsQuery: () => scene.desk.settings,
    ReadPairing: ({ link }) => {
      if (!link.startsWith('bohao://pair')) throw new Trouble('bad_link', '', { flaw: 'foreign' });
      return { relay_url: RELAY, replaces: scene.desk.account.relay_url };
    },
    GuardQuery: () => RULES,
  } satisfies Part<'query'>;
  const mutations = {
    SetAccount: ({ app_key, app_secret, own_numbers }) =>
      account({
        ...(app_key && { app_key: 'keyring' }),
        ...(app_secret && { app_secret: 'keyring' }),
        ...(own_numbers && { own_numbers }),
      }),
    ForgetAccount: () => account({ app_key: 'unset', app_secret: 'unset', own_numbers: [] }),
    Pair: () => account({ relay_url: RELAY }),
    Unpair: () => account({ relay_url: null }),
    ChangeSettings: (patch) => change({ settings: { ...scene.desk.settings, ...patch } }).settings,
    SetGuard: () => RULES,
    SetMode: ({ mode }) => {
      change({ mode });
      return scene.snapshot();
    },
    SyncNow: () => ({ received: 2, new: 1, updated: 1, unreadable: 0, cursor: 91 }),
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}
