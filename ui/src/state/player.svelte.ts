import type { Host, Sound } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CallId } from '../wire';

export const SPEEDS = [0.75, 1, 1.25, 1.5, 2];

/** The part of an audio element that is used, so that a test can do without one. */
export type Voice = Pick<
  HTMLAudioElement,
  | 'src'
  | 'currentTime'
  | 'playbackRate'
  | 'duration'
  | 'play'
  | 'pause'
  | 'addEventListener'
  | 'removeAttribute'
>;

/** Plays one recording at a time. Nothing is fetched before the first press on play. */
export class Player {
  call = $state<CallId | null>(null);
  playing = $state(false);
  /** Seconds from the beginning. */
  at = $state(0);
  /** Seconds in all, 0 while unknown. */
  length = $state(0);
  speed = $state(1);
  /** The sound is here and can't be played in this window. */
  unplayable = $state(false);
  trouble = $state.raw<Trouble | null>(null);
  readonly #host: Host;
  readonly #voice: () => Voice;
  #audio: Voice | null = null;
  #sound: Sound | null = null;
  #frame = 0;

  constructor(host: Host, voice: () => Voice = () => new Audio()) {
    this.#host = host;
    this.#voice = voice;
  }

  /** Turns to a recording; what was playing stops. The length is known before any sound is. */
  turnTo(call: CallId | null, lengthMs: number | null): void {
    if (call !== this.call) {
      this.#audio?.pause();
      this.#close();
      this.call = call;
      this.at = 0;
      this.length = 0;
      this.unplayable = false;
      this.trouble = null;
    }
    if (lengthMs) this.length = lengthMs / 1000;
  }

  async toggle(): Promise<void> {
    if (!this.call) return;
    if (this.playing) return this.#audio?.pause();
    try {
      const audio = await this.#ready(this.call);
      if (!audio) return;
      if (this.length && this.at >= this.length - 0.05) this.seek(0);
      await audio.play();
    } catch (thrown) {
      // A pause right after play rejects it; that is no trouble.
      if (thrown instanceof DOMException) this.unplayable = thrown.name === 'NotSupportedError';
      else this.trouble = troubleOf(thrown);
    }
  }

  seek(seconds: number): void {
    this.at = Math.max(0, Math.min(this.length || 0, seconds));
    if (this.#audio && this.#sound) this.#audio.currentTime = this.at;
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    if (this.#audio) this.#audio.playbackRate = speed;
  }

  async #ready(call: CallId): Promise<Voice | null> {
    this.#audio ??= this.#wire(this.#voice());
    if (this.#sound) return this.#audio;
    const sound = await this.#host.openSound(call);
    if (call !== this.call) {
      sound.close();
      return null;
    }
    this.#sound = sound;
    this.#audio.src = sound.url;
    this.#audio.currentTime = this.at;
    this.#audio.playbackRate = this.speed;
    return this.#audio;
  }

  #wire(audio: Voice): Voice {
    audio.addEventListener('play', () => {
      this.playing = true;
      this.#follow();
    });
    audio.addEventListener('pause', () => (this.playing = false));
    audio.addEventListener('ended', () => (this.playing = false));
    audio.addEventListener('error', () => (this.unplayable = this.#sound !== null));
    audio.addEventListener('loadedmetadata', () => {
      if (!this.length && Number.isFinite(audio.duration)) this.length = audio.duration;
    });
    return audio;
  }

  /** Follows the sound frame by frame: an audio element tells its time four times a second only. */
  #follow(): void {
    if (!this.playing || !this.#audio) return;
    this.at = this.#audio.currentTime;
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#follow());
  }

  #close(): void {
    const sound = this.#sound;
    this.#sound = null;
    this.playing = false;
    this.#audio?.removeAttribute('src');
    sound?.close();
  }
}
