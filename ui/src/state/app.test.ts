import { expect, it, vi } from 'vitest';
import { firstDesk } from '../host/fake/desk';
import { aRow, held, stubHost } from '../host/stub';
import type { BackedUp, DeskState, Mode } from '../wire';
import { App } from './app.svelte';

function setUp(change: Partial<DeskState> = {}, rows = [aRow({ at: 9_000, recording: 'waiting' })]) {
  let state = { ...firstDesk(new Set(), 10_000), ...change };
  const backup = held<BackedUp>();
  const stub = stubHost({
    BackUp: () => backup.promise,
    RestoreBackup: () => ({ outcome: 'ready' }),
    DeskQuery: () => state,
    CallsQuery: () => ({ rows, total: rows.length, more: false }),
    CallQuery: () => ({ row: rows[0] }),
    SetMode: ({ mode }: { mode: Mode }) => (state = { ...state, mode }),
    LookUpNumber: () => null,
  });
  return { ...stub, app: new App(stub.host), stubbed: { backup } };
}
const settle = () => new Promise((done) => setTimeout(done));

it('reads everything again when the host is back', async () => {
  const { app, count, tellLink } = setUp();
  const stop = app.start();
  await settle();
  expect(count('DeskQuery')).toBe(1);
  tellLink('down');
  expect(app.desk.link).toBe('down');
  expect(app.desk.state, 'what is on screen stays').not.toBeNull();
  tellLink('up');
  await settle();
  expect([app.desk.link, count('DeskQuery')]).toEqual(['up', 2]);
  stop();
});

it('reads everything again when events may have been missed', async () => {
  const { app, count, tell } = setUp();
  const stop = app.start();
  await settle();
  const before = count('CallsQuery');
  tell({ event: 'desk_changed' });
  await settle();
  expect(count('CallsQuery')).toBeGreaterThan(before);
  stop();
});

it('shows a call that was under way before the window opened', async () => {
  const { app } = setUp();
  await app.reload();
  expect(app.dialing.attempt?.row?.call).toBe('call-1');
});

it('does not show one that has its record', async () => {
  const { app } = setUp({}, [aRow({ at: 9_000, state: 'recorded', status: 'connected' })]);
  await app.reload();
  expect(app.dialing.attempt).toBeNull();
});

it('reads no calls on the first run', async () => {
  const { app, count } = setUp({ mode: 'first_run' });
  await app.reload();
  expect(count('CallsQuery')).toBe(0);
});

it('takes nothing along from practice to the real thing', async () => {
  const { app } = setUp({ mode: 'practice' }, []);
  await app.reload();
  app.dialing.type('13922104471');
  app.log.filters.search = 'x';
  await app.go('live');
  expect([app.dialing.text, app.dialing.attempt, app.log.filters.search, app.desk.screen]).toEqual([
    '',
    null,
    '',
    'dial',
  ]);
});

it('trusts the clock of the desk', async () => {
  vi.useFakeTimers({ now: 999_999_999 });
  const { app } = setUp();
  await app.reload();
  expect(app.clock.now).toBe(10_000);
  vi.useRealTimers();
});

it('goes where a menu asks', async () => {
  const { app, tell } = setUp();
  const stop = app.start();
  tell({ event: 'screen_asked', screen: 'calls' });
  expect(app.desk.screen).toBe('calls');
  stop();
  await settle();
});

it('starts over once for one change of mode, whichever tells of it first', async () => {
  let mode: Mode = 'first_run';
  const calls = held<{ rows: []; total: number; more: boolean }>();
  const { host, tell } = stubHost({
    DeskQuery: () => ({ ...firstDesk(new Set(), 10_000), mode }),
    SetMode: () => ({ ...firstDesk(new Set(), 10_000), mode: (mode = 'practice') }),
    CallsQuery: () => calls.promise,
    LookUpNumber: () => null,
  });
  const app = new App(host);
  const stop = app.start();
  await settle();
  const going = app.go('practice');
  tell({ event: 'desk_changed' });
  await settle();
  expect(app.desk.state?.mode).toBe('practice');
  app.dialing.type('13922104471');
  calls.resolve({ rows: [], total: 0, more: false });
  await going;
  await settle();
  expect(app.dialing.text).toBe('13922104471');
  stop();
});

it('believes an event before an answer that was asked for earlier', async () => {
  const old = firstDesk(new Set(), 10_000);
  const answer = held<DeskState>();
  const { host, tell } = stubHost({
    DeskQuery: () => answer.promise,
    CallsQuery: () => ({ rows: [], total: 0, more: false }),
  });
  const app = new App(host);
  const stop = app.start();
  const sync = { ...old.sync, phase: 'retrying' } as const;
  tell({ event: 'sync_changed', sync });
  answer.resolve({ ...old, sync: { ...old.sync, phase: 'live' } });
  await settle();
  expect(app.desk.state?.sync.phase).toBe('retrying');
  stop();
});

it('drops an answer that a later one overtook', async () => {
  const practice = firstDesk(new Set(['practice']), 10_000);
  const slow = held<DeskState>();
  const { host } = stubHost({
    DeskQuery: () => slow.promise,
    SetMode: () => ({ ...practice, mode: 'live' }),
  });
  const app = new App(host);
  const loading = app.desk.load();
  await app.desk.go('live');
  slow.resolve(practice);
  await loading;
  expect(app.desk.state?.mode).toBe('live');
});

it('shows a desk that is still opening as it was, and takes no press for a dial yet', async () => {
  const { host } = setUp({ mode: 'practice' });
  const app = new App({ ...host, face: { mode: 'live', language: 'en', theme: 'dark' } });
  app.dialing.type('13922104471');
  expect([app.desk.face, app.dialing.barred]).toEqual([
    { mode: 'live', language: 'en', theme: 'dark' },
    true,
  ]);
  await app.desk.load();
  expect([app.desk.face?.mode, app.dialing.barred]).toEqual(['practice', false]);
});

it('notes that a recording was heard to its end, and plays on only if one wishes', async () => {
  const { app, argsOf } = setUp();
  const playOn = vi.spyOn(app.playlist, 'playOn').mockResolvedValue();
  app.player.onend('call-1');
  expect([argsOf('MarkHeard'), playOn.mock.calls.length]).toEqual([[{ call: 'call-1' }], 0]);
  app.player.playOn = true;
  app.player.onend('call-2');
  expect([argsOf('MarkHeard')[1], playOn.mock.calls.length]).toEqual([{ call: 'call-2' }, 1]);
  // Nobody answers here, which must not be heard of.
  await settle();
});

it('shows the calls whose recordings stand so, and no others', async () => {
  const { app, argsOf } = setUp();
  app.log.filters.search = 'x';
  app.custody.shown = true;
  app.showRecordings({ recording: 'failed' });
  await vi.waitFor(() => expect(argsOf('CallsQuery')).toHaveLength(1));
  expect(argsOf('CallsQuery')[0]).toMatchObject({ search: '', recording: 'failed' });
  expect([app.desk.screen, app.custody.shown, app.log.narrowed]).toEqual(['calls', false, true]);
});

it('knows of a backup and of a restore that waits whatever screen is shown meanwhile', async () => {
  const { app, tell, stubbed } = setUp();
  const stop = app.start();
  await settle();
  const making = app.backup.make();
  app.desk.screen = 'calls';
  tell({ event: 'job_progress', job: app.backup.job.word, step: 'recordings', done: 2, total: 5 });
  expect(app.backup.job.progress).toEqual({ step: 'recordings', done: 2, total: 5 });
  stubbed.backup.resolve({ outcome: 'cancelled' });
  await making;
  await app.backup.restore();
  app.desk.screen = 'settings';
  await app.reload();
  expect(app.backup.restored?.outcome).toBe('ready');
  stop();
});
