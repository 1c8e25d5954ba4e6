import { expect, it, vi } from 'vitest';
import { held, stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import { Player, type Voice } from './player.svelte';

vi.stubGlobal('requestAnimationFrame', () => 0);
vi.stubGlobal('cancelAnimationFrame', () => undefined);

const WAV = { length_ms: 17_000, format: 'wav' };

function voice(plays: string[]) {
  const ears: Record<string, () => void> = {};
  const audio = {
    src: '',
    currentTime: 0,
    playbackRate: 1,
    preservesPitch: false,
    duration: 17,
    canPlayType: (type: string) => (plays.includes(type) ? 'maybe' : ''),
    play: vi.fn(async () => ears['play']?.()),
    pause: vi.fn(() => ears['pause']?.()),
    addEventListener: (name: string, hear: () => void) => (ears[name] = hear),
    removeAttribute: () => (audio.src = ''),
  };
  return { audio: audio as unknown as Voice & typeof audio, ears };
}

function setUp(replies: object = {}, plays = ['audio/wav', 'audio/mpeg']) {
  const closed = vi.fn();
  const openSound = ({ form }: { form: string }) => ({ url: `blob:${form}`, close: closed });
  const { host, count, argsOf } = stubHost({
    openSound,
    SetPlayback: ({ playback }: { playback: object }) => playback,
    ...replies,
  });
  const { audio, ears } = voice(plays);
  const hear = async (name: string) => {
    ears[name]?.();
    await vi.waitFor(() => undefined);
  };
  const forms = () => argsOf('openSound').map((args) => (args as { form: string }).form);
  return { player: new Player(host, () => audio), audio, hear, forms, count, argsOf, closed };
}

it('knows the length at once and fetches nothing before play', () => {
  const { player, count } = setUp();
  player.turnTo('c', WAV);
  expect([player.length, player.playing, count('openSound')]).toEqual([17, false, 0]);
});

it('plays from where one has put it, at the speed chosen and with the pitch kept', async () => {
  const { player, audio, count } = setUp();
  player.turnTo('c', WAV);
  player.seek(5);
  player.setSpeed(1.5);
  await player.toggle();
  expect([audio.src, audio.currentTime, audio.playbackRate, audio.preservesPitch, player.playing]).toEqual([
    'blob:as_saved',
    5,
    1.5,
    true,
    true,
  ]);
  await player.toggle();
  expect(player.playing).toBe(false);
  await player.toggle();
  expect(count('openSound'), 'the sound is kept').toBe(1);
});

it('stops and lets go when it turns to another call', async () => {
  const { player, audio, closed } = setUp();
  player.turnTo('c', WAV);
  await player.toggle();
  player.turnTo('d', { length_ms: null, format: null });
  expect([player.playing, audio.src, player.at, player.length]).toEqual([false, '', 0, 0]);
  expect(closed).toHaveBeenCalledOnce();
});

it('stays within the recording when one seeks past its ends', () => {
  const { player } = setUp();
  player.turnTo('c', WAV);
  player.seek(99);
  expect(player.at).toBe(17);
  player.seek(-3);
  expect(player.at).toBe(0);
});

it.each([
  ['AMR, which no web view knows', 'amr'],
  ['what has no name', 'bin'],
  ['a form of which nothing is known', null],
])('asks for %s decoded at once', async (_, format) => {
  const { player, audio, forms } = setUp();
  player.turnTo('c', { length_ms: 17_000, format });
  await player.toggle();
  expect([audio.src, forms()]).toEqual(['blob:wav', ['wav']]);
});

it('falls back to the decoded sound where the window only thought that it could play', async () => {
  const { player, audio, forms, hear } = setUp();
  audio.play
    .mockRejectedValueOnce(new DOMException('', 'NotSupportedError'))
    .mockImplementation(async () => hear('play'));
  player.turnTo('c', WAV);
  player.seek(3);
  await player.toggle();
  expect([audio.src, audio.currentTime, player.missing, player.playing]).toEqual(['blob:wav', 3, null, true]);
  expect(forms()).toEqual(['as_saved', 'wav']);
});

it('says that this window plays no sound at all, once the decoded one fails too', async () => {
  const { player, hear, forms } = setUp();
  player.turnTo('c', WAV);
  await player.toggle();
  await hear('error');
  await vi.waitFor(() => expect(forms()).toEqual(['as_saved', 'wav']));
  expect(player.missing).toBeNull();
  await hear('error');
  expect(player.missing).toBe('player');
});

it('says that a recording can not be decoded', async () => {
  const { player } = setUp({ openSound: () => Promise.reject(new Trouble('unreadable_file')) }, []);
  player.turnTo('c', { length_ms: 4_000, format: 'amr' });
  await player.toggle();
  expect([player.missing, player.trouble, player.length]).toEqual(['decoder', null, 4]);
});

it('shows why a recording could not be opened, and not on the next one', async () => {
  const answer = held<never>();
  const { player } = setUp({ openSound: () => answer.promise });
  player.turnTo('c', WAV);
  const playing = player.toggle();
  player.turnTo('d', WAV);
  answer.reject(new Trouble('recording_unavailable'));
  await playing;
  expect(player.trouble).toBeNull();
});

it('skips a silence, and leaves a little of it at both ends', async () => {
  const { player, audio, hear } = setUp();
  player.turnTo('c', WAV);
  player.silences = [{ from_ms: 2000, to_ms: 6000 }];
  player.setSkipSilence(true);
  await player.toggle();
  const heardAt = async (second: number) => {
    audio.currentTime = second;
    await hear('timeupdate');
    return audio.currentTime;
  };
  expect(await heardAt(1.9)).toBe(1.9);
  expect(await heardAt(2.05)).toBe(2.05);
  expect(await heardAt(2.1)).toBe(5.9);
  expect(await heardAt(5.95)).toBe(5.95);
  player.setSkipSilence(false);
  expect(await heardAt(2.1)).toBe(2.1);
});

it('remembers speed and switches, and takes them up again', async () => {
  const left = { speed: 125, skip_silence: true, play_on: true };
  const { player, argsOf } = setUp({ PlaybackQuery: () => left });
  await player.recall();
  expect([player.speed, player.skipSilence, player.playOn]).toEqual([1.25, true, true]);
  player.stepSpeed(1);
  player.setPlayOn(false);
  expect(argsOf('SetPlayback')).toEqual([
    { playback: { speed: 150, skip_silence: true, play_on: true } },
    { playback: { speed: 150, skip_silence: true, play_on: false } },
  ]);
});

it('has no speed beyond the slowest and the fastest', () => {
  const { player } = setUp();
  for (let i = 0; i < 9; i++) player.stepSpeed(1);
  expect(player.speed).toBe(2);
  for (let i = 0; i < 9; i++) player.stepSpeed(-1);
  expect(player.speed).toBe(0.75);
});

it('plays a call at once that it was told to play next, and no other', async () => {
  const { player, audio } = setUp();
  player.playNext('d');
  player.turnTo('c', WAV);
  player.turnTo('d', WAV);
  expect(audio.play).not.toHaveBeenCalled();
  player.playNext('e');
  // News of the call that is still shown is no turn.
  player.turnTo('d', WAV);
  player.turnTo('e', WAV);
  await vi.waitFor(() => expect(player.playing).toBe(true));
});

it('tells that a recording was heard to its end', async () => {
  const { player, hear } = setUp();
  const ended: string[] = [];
  player.onend = (call) => ended.push(call);
  player.turnTo('c', WAV);
  await player.toggle();
  await hear('pause');
  expect(ended).toEqual([]);
  await player.toggle();
  await hear('ended');
  expect([ended, player.playing, player.at]).toEqual([['c'], false, 17]);
});
