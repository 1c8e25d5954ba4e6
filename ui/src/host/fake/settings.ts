import type { Account, DeskState, GuardLogPage, GuardRules } from '../../wire';
import { Trouble } from '../trouble';
import { pause, type Part } from './part';
import type { Scene } from './scene';

const RULES: GuardRules = {
  hours: '08:00-21:00',
  gap: 60,
  per_5min: 3,
  per_24h: 5,
  per_day: 200,
  blocked: [
    { pattern: '00*', why: '国际长途' },
    { pattern: '168*', why: '声讯收费' },
  ],
};
/** Two entries a page, so that there is an earlier one to ask for. */
function guardLog(now: number, before: number): GuardLogPage {
  const block = { rule: 'per5min' as const, count: 3, limit: 3, frees_at: now + 154_000 };
  const refused = { kind: 'refused' as const, tail: '4471', block };
  const rules = { kind: 'rules' as const, from: { ...RULES, gap: 0 }, to: RULES };
  const chain = '7c0f'.repeat(16);
  const all = [3, 2, 1].map((id) => ({
    id,
    at: now - (4 - id) * 3_600_000,
    what: id === 2 ? rules : refused,
    reason: id === 2 ? '客户投诉太频繁' : '',
    chain,
  }));
  const entries = all.filter((entry) => entry.id < before).slice(0, 2);
  return { entries, total: 3, broken_at: null, head: chain };
}

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
    GuardLogQuery: ({ before }) => guardLog(scene.now(), before ?? Infinity),
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
    AcknowledgeLoss: () => {
      change({ notice: null });
      return { outcome: 'done' };
    },
    MaskNumbers: () => change({ settings: { ...scene.desk.settings, show_numbers: false } }).settings,
    SetGuard: () => RULES,
    SetMode: ({ mode }) => {
      change({ mode });
      return scene.snapshot();
    },
    SyncNow: () => ({ received: 2, new: 1, updated: 1, unreadable: 0, cursor: 91 }),
  } satisfies Part<'mutate'>;
  const triggers = {
    ShowNumbers: async () => {
      await pause(300);
      if (scene.words.has('no_password')) return { outcome: 'refused' };
      const { settings } = change({ settings: { ...scene.desk.settings, show_numbers: true } });
      return { outcome: 'unmasked', settings, by: 'confirmation' };
    },
    // The page has a clipboard of its own.
    CopyNumber: () => ({ for_ms: 60_000 }),
    ClearCopied: () => ({ outcome: 'cleared' }),
  } satisfies Part<'trigger'>;
  return { queries, mutations, triggers };
}
