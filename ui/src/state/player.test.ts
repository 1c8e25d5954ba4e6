import { expect, it, vi } from 'vitest';
import { stubHost } from '../host/stub';
import { Player, type Voice } from './player.svelte';

vi.stubGlobal('requestAnimationFrame', () => 0);
vi.stubGlobal('cancelAnimationFrame', () => undefined);

function voice() {
  const ears: Record<string, () => void> = {};
  const audio = {
    src: '',
    currentTime: 0,
    playbackRate: 1,
    duration: 17,
    play: vi.fn(async () => ears['play']?.()),
    pause: vi.fn(() => ears['pause']?.()),
    addEventListener: (name: string, hear: () => void) => (ears[name] = hear),
    removeAttribute: () => (audio.src = ''),
  };
  return { audio: audio as unknown as Voice & typeof audio, ears };
}

function setUp() {
  const closed = vi.fn();
  const { host, count } = stubHost({ openSound: () => ({ url: 'blob:1', close: closed }) });
  const { audio, ears } = voice();
  return { player: new Player(host, () => audio), audio, ears, count, closed };
}

it('knows the length at once and fetches nothing before play', () => {
  const { player, count } = setUp();
  player.turnTo('c', 17_000);
  expect([player.length, player.playing, count('openSound')]).toEqual([17, false, 0]);
});

it('plays from where one has put it, at the speed chosen', async () => {
  const { player, audio, count } = setUp();
  player.turnTo('c', 17_000);
  player.seek(5);
  player.setSpeed(1.5);
  await player.toggle();
  expect([audio.src, audio.currentTime, audio.playbackRate, player.playing]).toEqual([
    'blob:1',
    5,
    1.5,
    true,
  ]);
  await player.toggle();
  expect(player.playing).toBe(false);
  await player.toggle();
  expect(count('openSound'), 'the sound is kept').toBe(1);
});

it('stops and lets go when it turns to another call', async () => {
  const { player, audio, closed } = setUp();
  player.turnTo('c', 17_000);
  await player.toggle();
  player.turnTo('d', null);
  expect([player.playing, audio.src, player.at, player.length]).toEqual([false, '', 0, 0]);
  expect(closed).toHaveBeenCalledOnce();
});

it('stays within the recording when one seeks past its ends', () => {
  const { player } = setUp();
  player.turnTo('c', 17_000);
  player.seek(99);
  expect(player.at).toBe(17);
  player.seek(-3);
  expect(player.at).toBe(0);
});

it('says that a format can not be played here', async () => {
  const { player, ears } = setUp();
  player.turnTo('c', 17_000);
  await player.toggle();
  ears['error']?.();
  expect(player.unplayable).toBe(true);
});
