/** A press shorter than this is a click. */
const HELD_AFTER_MS = 200;
/** A finger or a key that rests there must not leave a number on the screen. */
const LONGEST_MS = 5_000;
/** Whatever takes the screen away from whoever holds, or puts it on paper, as the window itself hears it. */
const ENDINGS = ['blur', 'pagehide', 'beforeprint', 'visibilitychange'] as const;

/** One masked number that is shown whole for as long as it is held, and not a moment longer. */
export class Holding {
  /** Where on the screen it stands: only there it is shown. */
  #shown = $state<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  shows(place: string): boolean {
    return this.#shown === place;
  }

  /** A pointer or a key went down on the number at this place. */
  press(place: string): void {
    this.release();
    this.#timer = setTimeout(() => this.#show(place), HELD_AFTER_MS);
  }

  /** It is let go; tells whether it was held for so long that it was no click. */
  release(): boolean {
    clearTimeout(this.#timer);
    const held = this.#shown !== null;
    this.#shown = null;
    return held;
  }

  /** Lets go by itself when the window or the page is left, until the returned function is called. */
  start(page: Pick<EventTarget, 'addEventListener' | 'removeEventListener'> = globalThis): () => void {
    const release = () => void this.release();
    ENDINGS.forEach((ending) => page.addEventListener(ending, release));
    return () => {
      release();
      ENDINGS.forEach((ending) => page.removeEventListener(ending, release));
    };
  }

  #show(place: string): void {
    this.#shown = place;
    this.#timer = setTimeout(() => this.release(), LONGEST_MS);
  }
}
