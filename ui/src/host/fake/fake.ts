import type { CallRow, DeskState, Event, MutationMap, Placed, QueryMap, TriggerMap } from '../../wire';
import type { Host, Link } from '../host';
import { Trouble } from '../trouble';
import { firstDesk } from './desk';
import { readNumber } from './numbers';
import { madeUpRow, madeUpRows, seeded } from './rows';
import { tone } from './tone';

/** What the fake host does to a number, by its last digit; anything else is answered at length. */
const ENDINGS: Record<string, (call: string) => Placed> = {
  '1': (call) => ({ state: 'refused', call, code: 7001, message: '正在呼叫中', class: 'line' }),
  '2': (call) => ({ state: 'refused', call, code: 9001, message: '余额不足', class: 'account' }),
  '3': (call) => ({ state: 'unknown', call, message: 'timed out' }),
  '4': (call) => ({ state: 'not_sent', call, message: 'dns error' }),
  '5': () => ({
    state: 'blocked',
    message: 'five calls in 24 hours',
    block: { rule: 'per5min', count: 3, limit: 3, frees_at: Date.now() + 154_000 },
  }),
  '6': (call) => ({ state: 'refused', call, code: 1005, message: '账号错误', class: 'set_up' }),
};

type Row = { args: unknown; answer: unknown };

type Answers<Map extends { [N in keyof Map]: Row }> = {
  [N in keyof Map]: (args: Map[N]['args']) => Map[N]['answer'] | Promise<Map[N]['answer']>;
};

/** A desk in memory, for development and tests; `?fake=first_run,en,dark,empty,slow` sets the scene. */
export function fakeHost(
  scene = new URLSearchParams(globalThis.location?.search ?? '').get('fake') ?? '',
): Host {
  const words = new Set(scene.split(','));
  const now = () => Date.now();
  const events = new Set<(event: Event) => void>();
  const links = new Set<(link: Link) => void>();
  const tell = (event: Event) => events.forEach((hear) => hear(event));
  let rows: CallRow[] = words.has('empty')
    ? []
    : madeUpRows(words.has('huge') ? 1_000_000 : words.has('many') ? 12_000 : 1284, now());
  let desk: DeskState = firstDesk(words, now());
  const dayBegan = desk.today.since;
  const today = () => {
    const mine = rows.filter((row) => row.at >= dayBegan);
    const connected = mine.filter((row) => row.status === 'connected');
    const talk_seconds = connected.reduce((sum, row) => sum + (row.duration ?? 0), 0);
    return { since: dayBegan, dialled: mine.length, connected: connected.length, talk_seconds };
  };
  const snapshot = (): DeskState => ({ ...desk, now: now(), today: today(), calls: rows.length });
  const put = (row: CallRow) => {
    rows = [row, ...rows.filter((known) => known.call !== row.call)].sort((a, b) => b.at - a.at);
    tell({ event: 'call_changed', row, today: today() });
  };
  const find = (call: string): CallRow => {
    const row = rows.find((known) => known.call === call);
    if (!row) throw new Trouble('not_found');
    return row;
  };
  const recording = (row: CallRow) => ({
    state: row.recording,
    bytes: row.recording === 'saved' ? (row.duration ?? 0) * 16_000 : null,
    length_ms: row.recording === 'saved' ? (row.duration ?? 0) * 1000 : null,
    format: row.recording === 'saved' ? 'wav' : null,
    sha256: null,
    reason: row.recording === 'failed' ? 'connection reset by peer' : null,
    next_try_at: row.recording === 'waiting' ? now() + 240_000 : null,
    kept_until: row.at + 30 * 24 * 3_600_000,
  });
  const playOut = (row: CallRow) => {
    const later = (ms: number, change: Partial<CallRow>) =>
      setTimeout(() => put((row = { ...row, ...change })), ms);
    const ended = { started_at: row.at + 2000, ended_at: row.at + 20_000, duration: 48 };
    later(7000, { state: 'recorded', status: 'connected', recording: 'waiting', ...ended });
    setTimeout(
      () => tell({ event: 'recording_progress', call: row.call, received: 400_000, total: 768_000 }),
      8500,
    );
    later(10_000, { state: 'recorded', status: 'connected', ...ended, recording: 'saved' });
  };

  const queries: Answers<QueryMap> = {
    DeskQuery: snapshot,
    AccountQuery: () => desk.account,
    SettingsQuery: () => desk.settings,
    ReadPairing: ({ link }) => {
      if (!link.startsWith('bohao://pair')) throw new Trouble('bad_link', '', { flaw: 'foreign' });
      return { relay_url: 'https://relay.example.com', replaces: desk.account.relay_url };
    },
    GuardQuery: () => ({ hours: '08:00-21:00', gap: 60, per_5min: 3, per_24h: 5, per_day: 0 }),
    LookUpNumber: ({ text }) => {
      const read = readNumber(text);
      const known = rows.filter((row) => read.number && row.tel_b === read.number.digits);
      const blocked = read.number?.digits.endsWith('5');
      const block = { rule: 'per5min' as const, count: 3, limit: 3, frees_at: now() + 154_000 };
      const guard = { block: blocked ? block : null, dialled_24h: known.length, limit_24h: 5 };
      return { ...read, calls: known.length, last: known[0] ?? null, guard: read.number ? guard : null };
    },
    CallsQuery: (ask) => {
      const found = rows.filter(
        (row) =>
          (!ask.search || `${row.tel_b} ${row.note}`.includes(ask.search.replace(/\s/g, ''))) &&
          (!ask.status || row.status === ask.status) &&
          (!ask.recorded || row.recording === 'saved') &&
          (!ask.since || row.at >= ask.since),
      );
      const page = found.slice(ask.offset, ask.offset + (ask.limit || 100));
      return { rows: page, total: found.length, more: false };
    },
    CallQuery: ({ call }) => {
      const row = find(call);
      const recorded_at = row.state === 'recorded' ? row.at + 30_000 : null;
      const times = { sent_at: row.at, answered_at: row.at + 320, recorded_at };
      return { row, ...times, records: recorded_at ? 1 : 0, recording: recording(row) };
    },
    TodayQuery: today,
    WaveformQuery: ({ call, bars }) => {
      const random = seeded(call.length * 7 + Number(call.slice(-4)) + 1);
      const peaks = Array.from(
        { length: bars },
        (_, i) => 0.12 + Math.abs(Math.sin(i / 3.1)) * random() * 0.85,
      );
      return { peaks, length_ms: (find(call).duration ?? 0) * 1000 };
    },
    Examine: async () => {
      await pause(900);
      return {
        findings: [
          {
            check: 'keyring',
            verdict: 'good',
            what: { kind: 'keyring' },
            found: 'a secret was written, read and removed',
            advice: null,
          },
          {
            check: 'database',
            verdict: 'good',
            what: { kind: 'calls', count: 312 },
            found: 'quick_check: ok',
            advice: null,
          },
          {
            check: 'recordings_folder',
            verdict: 'good',
            what: { kind: 'writable' },
            found: '312 GB free',
            advice: null,
          },
          {
            check: 'account',
            verdict: 'good',
            what: { kind: 'set_up' },
            found: 'appKey, appSecret and 2 own numbers',
            advice: null,
          },
          {
            check: 'platform',
            verdict: 'bad',
            what: {
              kind: 'other_dialect',
              dialect: {
                body: 'form',
                timestamp: 'seconds',
                lower_case: 'keys_and_values',
                digest: 'lower',
              },
            },
            found: 'accepted with lower_case = keys_and_values',
            advice: 'change_dialect',
          },
          {
            check: 'clock',
            verdict: 'doubtful',
            what: { kind: 'drift', seconds: -41 },
            found: '41 s behind the platform; corrected',
            advice: 'set_clock',
          },
          {
            check: 'relay',
            verdict: 'skipped',
            what: { kind: 'no_relay' },
            found: 'no relay is paired',
            advice: 'pair_relay',
          },
        ],
      };
    },
  };
  const mutations: Answers<MutationMap> = {
    PlaceCall: async ({ number }) => {
      const read = readNumber(number).number;
      if (!read) throw new Trouble('bad_number');
      const call = crypto.randomUUID();
      const blank = {
        ...madeUpRow(0, now(), seeded(5)),
        call,
        tel_b: read.digits,
        status: null,
        duration: null,
      };
      const row: CallRow = {
        ...blank,
        state: 'sending',
        started_at: null,
        ended_at: null,
        recording: 'none',
        reason: null,
        note: '',
        subid: null,
      };
      const ending = ENDINGS[read.digits.slice(-1)]?.(call);
      if (ending?.state === 'blocked') return ending;
      put(row);
      await pause(600);
      if (!ending) {
        put({ ...row, state: 'accepted', subid: '04202611211352047781', recording: 'waiting' });
        playOut({ ...row, state: 'accepted', subid: '04202611211352047781' });
        return {
          state: 'accepted',
          call,
          code: 200,
          message: '成功',
          subid: '04202611211352047781',
          tel_x: '13500008842',
        };
      }
      put({
        ...row,
        state: ending.state as CallRow['state'],
        code: 'code' in ending ? ending.code : null,
        reason: ending.message,
      });
      return ending;
    },
    SetNote: ({ call, note }) => {
      const row = { ...find(call), note };
      put(row);
      return row;
    },
    SetAccount: ({ app_key, app_secret, own_numbers }) => {
      const { account } = desk;
      const app = {
        app_key: app_key ? 'keyring' : account.app_key,
        app_secret: app_secret ? 'keyring' : account.app_secret,
      } as const;
      return (desk = {
        ...desk,
        account: { ...account, ...app, own_numbers: own_numbers ?? account.own_numbers },
      }).account;
    },
    ForgetAccount: () =>
      (desk = {
        ...desk,
        account: { ...desk.account, app_key: 'unset', app_secret: 'unset', own_numbers: [] },
      }).account,
    Pair: () =>
      (desk = { ...desk, account: { ...desk.account, relay_url: 'https://relay.example.com' } }).account,
    Unpair: () => (desk = { ...desk, account: { ...desk.account, relay_url: null } }).account,
    ChangeSettings: (patch) => (desk = { ...desk, settings: { ...desk.settings, ...patch } }).settings,
    SetGuard: () => queries.GuardQuery({}),
    SetMode: ({ mode }) => {
      desk = { ...desk, mode };
      return snapshot();
    },
    SyncNow: () => ({ received: 2, new: 1, updated: 1, unreadable: 0, cursor: 91 }),
    FetchRecording: async ({ call }) => {
      await pause(1200);
      const row: CallRow = { ...find(call), recording: 'saved' };
      put(row);
      return recording(row);
    },
    ImportRecords: () => ({
      rows: 212,
      new: 180,
      merged: 21,
      same: 9,
      rejected: [
        { row: 14, column: 'telB', flaw: 'bad_number', reason: 'no number' },
        { row: 96, column: 'startTime', flaw: 'bad_time', reason: 'no time' },
      ],
    }),
  };
  const triggers: Answers<TriggerMap> = {
    SaveRecording: () => ({ outcome: 'saved', path: 'D:\\客户录音\\04202611211352047781.wav' }),
    OpenRecordingsFolder: () => ({ outcome: 'done' }),
    ChooseRecordingsFolder: () => ({ outcome: 'done' }),
  };
  const answer = async (table: object, name: string, args: unknown) => {
    if (words.has('slow')) await pause(1500);
    const reply = (table as Record<string, (args: unknown) => unknown>)[name];
    return structuredClone(await reply?.(args));
  };

  if (words.has('offline')) setTimeout(() => links.forEach((hear) => hear('down')), 300);
  return {
    capabilities: { openFolder: true, chooseFolder: true },
    query: (name, args) => answer(queries, name, args) as never,
    mutate: (name, args) => answer(mutations, name, args) as never,
    trigger: (name, args) => answer(triggers, name, args) as never,
    onEvent: (hear) => (events.add(hear), () => events.delete(hear)),
    onLink: (hear) => (links.add(hear), () => links.delete(hear)),
    openSound: async (call) => ({ url: tone(find(call).duration ?? 1), close: () => undefined }),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
