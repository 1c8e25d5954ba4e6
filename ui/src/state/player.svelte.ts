import type { Form, Host, Sound } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CallId, RecordingDetail, Silence } from '../wire';

export const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

/** What is left of a silence at either end when it is skipped, so that one hears that there was one. */
const EDGE_MS = 100;
/** A jump shorter than this would be heard and save nothing. */
const LEAST_JUMP_MS = 50;

/** What a web view is asked about a format; it can't know one that has no such name. */
const TYPES: Record<string, string> = {
  wav: 'audio/wav',
  mp3: 'audio/mpeg',
  ogg: 'audio/ogg',
  amr: 'audio/amr',
};

/** The part of an audio element that is used, so that a test can do without one. */
export type Voice = Pick<
  HTMLAudioElement,
  | 'src'
  | 'currentTime'
  | 'playbackRate'
  | 'preservesPitch'
  | 'duration'
  | 'canPlayType'
  | 'play'
  | 'pause'
  | 'addEventListener'
  | 'removeAttribute'
>;

/** Why a recording that is here can't be heard: no decoder knows it, or this window plays no sound. */
export type Missing = 'decoder' | 'player';

/** Plays one recording at a time. Nothing is fetched before the first press on play. */
export class Player {
  call = $state<CallId | null>(null);
  playing = $state(false);
  /** Seconds from the beginning. */
  at = $state(0);
  /** Seconds in all, 0 while unknown. */
  length = $state(0);
  speed = $state(1);
  skipSilence = $state(false);
  /** Whether the next recording begins when one ends. */
  playOn = $state(false);
  missing = $state<Missing | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  /** Where nobody speaks in the recording that is shown, once it is known. */
  silences = $state.raw<Silence[]>([]);
  /** Hears that a recording was played to its end. */
  onend: (call: CallId) => void = () => undefined;
  readonly #host: Host;
  readonly #voice: () => Voice;
  #audio: Voice | null = null;
  #sound: Sound | null = null;
  #format: string | null = null;
  #form: Form | null = null;
  #next: CallId | null = null;
  #frame = 0;

  constructor(host: Host, voice: () => Voice = () => new Audio()) {
    this.#host = host;
    this.#voice = voice;
  }

  /** Takes up speed and switches as the user left them. */
  async recall(): Promise<void> {
    try {
      const left = await this.#host.query('PlaybackQuery', {});
      [this.speed, this.skipSilence, this.playOn] = [left.speed / 100, left.skip_silence, left.play_on];
    } catch {
      // They stand as they do at first.
    }
  }

  /** Turns to a recording; what was playing stops. The length is known before any sound is. */
  turnTo(call: CallId | null, recording: Pick<RecordingDetail, 'length_ms' | 'format'> | null): void {
    this.#format = recording?.format ?? null;
    const turned = call !== this.call;
    if (turned) {
      this.#audio?.pause();
      this.#close();
      [this.call, this.at, this.length, this.silences] = [call, 0, 0, []];
      [this.missing, this.trouble, this.#form] = [null, null, null];
    }
    if (recording?.length_ms) this.length = recording.length_ms / 1000;
    if (!turned) return;
    if (call && call === this.#next) void this.toggle();
    this.#next = null;
  }

  /** Plays this call as soon as it is turned to. */
  playNext(call: CallId): void {
    this.#next = call;
  }

  async toggle(): Promise<void> {
    if (!this.call) return;
    if (this.playing) return this.pause();
    await this.#play(this.call);
  }

  pause(): void {
    if (this.playing) this.#audio?.pause();
  }

  seek(seconds: number): void {
    this.at = Math.max(0, Math.min(this.length || 0, seconds));
    if (this.#audio && this.#sound) this.#audio.currentTime = this.at;
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.#audio) this.#audio.playbackRate = speed;
    this.#keep();
  }

  /** The next speed, faster or slower. */
  stepSpeed(by: 1 | -1): void {
    const next = SPEEDS[SPEEDS.indexOf(this.speed) + by];
    if (next) this.setSpeed(next);
  }

  setSkipSilence(on: boolean): void {
    this.skipSilence = on;
    this.#keep();
  }

  setPlayOn(on: boolean): void {
    this.playOn = on;
    this.#keep();
  }

  #keep(): void {
    const { skipSilence: skip_silence, playOn: play_on } = this;
    const playback = { speed: Math.round(this.speed * 100), skip_silence, play_on };
    // What can't be remembered still holds for now.
    this.#host.mutate('SetPlayback', { playback }).catch(() => undefined);
  }

  async #play(call: CallId): Promise<void> {
    let form: Form | null = null;
    try {
      const audio = await this.#ready(call);
      if (!audio) return;
      form = this.#form;
      if (this.length && this.at >= this.length - 0.05) this.seek(0);
      await audio.play();
    } catch (thrown) {
      if (call !== this.call) return;
      // A pause right after play rejects it too; that is no trouble.
      if (thrown instanceof DOMException) {
        if (thrown.name === 'NotSupportedError') await this.#otherwise(form);
        return;
      }
      const trouble = troubleOf(thrown);
      if (trouble.code === 'unreadable_file') this.missing = 'decoder';
      else this.trouble = trouble;
    }
  }

  /** What can't be played in this form is played decoded; what can't be played so either is said so. */
  async #otherwise(failed: Form | null): Promise<void> {
    if (!this.call || !failed || failed !== this.#form) return;
    if (failed === 'wav') {
      this.missing = 'player';
      return;
    }
    this.#form = 'wav';
    this.#close();
    await this.#play(this.call);
  }

  async #ready(call: CallId): Promise<Voice | null> {
    const audio = (this.#audio ??= this.#wire(this.#voice()));
    if (this.#sound) return audio;
    [this.missing, this.trouble] = [null, null];
    const type = TYPES[this.#format ?? ''];
    this.#form ??= type && audio.canPlayType(type) ? 'as_saved' : 'wav';
    const sound = await this.#host.openSound(call, this.#form);
    if (call !== this.call || this.#sound) {
      sound.close();
      return call === this.call ? audio : null;
    }
    this.#sound = sound;
    audio.src = sound.url;
    audio.currentTime = this.at;
    audio.playbackRate = this.speed;
    return audio;
  }

  #wire(audio: Voice): Voice {
    audio.preservesPitch = true;
    audio.addEventListener('play', () => {
      this.playing = true;
      this.#follow();
    });
    audio.addEventListener('pause', () => (this.playing = false));
    audio.addEventListener('ended', () => this.#ended());
    audio.addEventListener('error', () => void (this.#sound && this.#otherwise(this.#form)));
    // Frames rest while the window is hidden, and this goes on.
    audio.addEventListener('timeupdate', () => this.#skip());
    audio.addEventListener('loadedmetadata', () => {
      if (!this.length && Number.isFinite(audio.duration)) this.length = audio.duration;
    });
    return audio;
  }

  #ended(): void {
    this.playing = false;
    if (!this.call) return;
    this.at = this.length;
    this.onend(this.call);
  }

  /** Follows the sound frame by frame: an audio element tells its time four times a second only. */
  #follow(): void {
    if (!this.playing || !this.#audio) return;
    this.#skip();
    this.at = this.#audio.currentTime;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#follow());
  }

  #skip(): void {
    if (!this.skipSilence || !this.playing || !this.#audio) return;
    const at = this.#audio.currentTime * 1000;
    const silence = this.silences.find(
      ({ from_ms, to_ms }) => at >= from_ms + EDGE_MS && at < to_ms - EDGE_MS - LEAST_JUMP_MS,
    );
    if (silence) this.#audio.currentTime = (silence.to_ms - EDGE_MS) / 1000;
  }

  #close(): void {
    const sound = this.#sound;
    this.#sound = null;
    this.playing = false;
    this.#audio?.removeAttribute('src');
    sound?.close();
  }
}
