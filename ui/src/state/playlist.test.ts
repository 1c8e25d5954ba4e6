import { expect, it } from 'vitest';
import { aRow, stubHost } from '../host/stub';
import type { CallRow } from '../wire';
import { Log } from './log.svelte';
import { Player } from './player.svelte';
import { Playlist } from './playlist.svelte';

/** A log in which the calls of these places have a recording on this computer. */
async function setUp(count: number, saved: number[], chosen: number) {
  const rows: CallRow[] = Array.from({ length: count }, (_, index) =>
    aRow({ call: `c${index}`, recording: saved.includes(index) ? 'saved' : 'none' }),
  );
  const { host, argsOf } = stubHost({
    CallsQuery: ({ offset, limit }: { offset: number; limit: number }) => ({
      rows: rows.slice(offset, offset + limit),
      total: count,
      more: false,
    }),
  });
  const log = new Log(host, () => 0);
  log.filters.search = '6620';
  log.ask();
  await new Promise((done) => setTimeout(done));
  log.choose(chosen);
  const player = new Player(host);
  return { log, player, playlist: new Playlist(log, player), argsOf };
}

it('goes to the next recording and back, past calls without one', async () => {
  const { log, playlist } = await setUp(10, [1, 4, 8], 4);
  await playlist.step(1);
  expect([log.at, log.chosen]).toEqual([8, 'c8']);
  await playlist.step(-1);
  await playlist.step(-1);
  expect([log.at, log.chosen]).toEqual([1, 'c1']);
});

it('says so at either end, and stays', async () => {
  const { log, playlist } = await setUp(10, [1, 4], 4);
  await playlist.step(1);
  expect([log.at, playlist.end]).toEqual([4, 'last']);
  await playlist.step(-1);
  expect([log.at, playlist.end]).toEqual([1, null]);
  await playlist.step(-1);
  expect([log.at, playlist.end]).toEqual([1, 'first']);
});

it('finds one that is far from the screen by the question that the list has', async () => {
  const { log, playlist, argsOf } = await setUp(2000, [3, 1234], 3);
  await playlist.step(1);
  expect([log.at, log.chosen]).toEqual([1234, 'c1234']);
  expect(argsOf('CallsQuery').every((args) => (args as { search: string }).search === '6620')).toBe(true);
  await playlist.step(-1);
  expect([log.at, log.chosen]).toEqual([3, 'c3']);
});

it('lets the next one play only if this one was playing', async () => {
  const { player, playlist } = await setUp(10, [1, 4, 8], 1);
  const played: string[] = [];
  player.playNext = (call) => played.push(call);
  await playlist.step(1);
  expect(played).toEqual([]);
  player.playing = true;
  await playlist.step(1);
  expect(played).toEqual(['c8']);
});

it('plays on when one has ended', async () => {
  const { log, player, playlist } = await setUp(10, [1, 4], 1);
  const played: string[] = [];
  player.playNext = (call) => played.push(call);
  await playlist.playOn();
  expect([log.chosen, played]).toEqual(['c4', ['c4']]);
});
