import type { Host } from '../host/host';
import { isWriting } from '../parts/writing';
import type { CallId, DialableNumber, Event, Link, LinkFlaw } from '../wire';
import type { Desk } from './desk.svelte';
import type { Dialing } from './dialing.svelte';

/** A dialog that is taken away says that it closed a moment later, and the next one must not hear it. */
const NEXT_AFTER_MS = 100;

/** A link that wants a number filled in, or a number that was copied. */
export type DialLink = Extract<Link, { asks: 'dial' }> & { copied?: boolean };

/** What has to be said or asked before anything is done with a link. */
export type Question =
  | { about: 'replace' | 'set_up'; link: DialLink }
  | { about: 'leave'; call: CallId }
  | { about: 'pairing' }
  | { about: 'choose'; numbers: DialableNumber[]; writing: boolean }
  | { about: 'nothing_copied' }
  | { about: 'refused'; flaw: LinkFlaw | 'no_call' };

/** Where links lead. */
interface Ways {
  /** Shows the dial screen, with nothing over it. */
  toDial: () => void;
  /** Shows a call of the log, alike. */
  toCall: (call: CallId) => void;
}

/**
 * Links that other programs open Bohao with, and what was copied when its keys were pressed. Both fill in and never dial. Each waits at the host until it
 * is taken here, one at a time: the next one's turn comes when the question about this one is answered.
 */
export class Links {
  question = $state.raw<Question | null>(null);
  /** What came with the number that a link filled in. */
  brought = $state.raw<DialLink | null>(null);
  /** Whether the relay was just set up by a link, before anything else was. */
  paired = $state(false);
  readonly #host: Host;
  readonly #desk: Desk;
  readonly #dialing: Dialing;
  readonly #ways: Ways;
  readonly #isWriting: () => boolean;
  /** Kept until there is an account, or practice. */
  #held: DialLink | null = null;
  #due = false;
  #taking = false;

  constructor(host: Host, desk: Desk, dialing: Dialing, ways: Ways, writing: () => boolean = isWriting) {
    this.#host = host;
    this.#desk = desk;
    this.#dialing = dialing;
    this.#ways = ways;
    this.#isWriting = writing;
    dialing.onplaced = (call, number) => this.#noteDown(call, number);
  }

  /** What a link says of the number that stands in the line now. */
  get shown(): DialLink | null {
    return this.#cameWith(this.#dialing.text);
  }

  hear(event: Event): void {
    if (event.event === 'link_arrived') void this.take();
  }

  /** Takes what waits at the host, once the desk has said where it stands. */
  async take(): Promise<void> {
    if (!this.#host.capabilities.links) return;
    this.#due = true;
    if (this.#taking || !this.#desk.state) return;
    this.#taking = true;
    try {
      // One may arrive while the host says that none waits, hence it is asked until nobody told of any.
      while (this.#due && !this.question) {
        this.#due = false;
        const { link } = await this.#host.trigger('TakeLink', {});
        if (!link) continue;
        this.#due = true;
        await this.#follow(link);
      }
    } catch {
      // What waits there still waits, and is asked for again with the next one.
    } finally {
      this.#taking = false;
    }
  }

  /** Answers the question: what the link asks for takes the place of what is there. */
  goOn(): void {
    const question = this.question;
    if (question?.about === 'replace') this.#fillIn(question.link);
    if (question?.about === 'leave') this.#ways.toCall(question.call);
    this.dismiss();
  }

  /** Takes one of the numbers that were copied. */
  choose(number: DialableNumber): void {
    const question = this.question;
    if (question?.about !== 'choose') return;
    this.question = null;
    this.#dial(copied(number), question.writing);
    if (!this.question) this.dismiss();
  }

  /** Leaves everything as it is. */
  dismiss(): void {
    this.question = null;
    if (this.#due) setTimeout(() => void this.take(), NEXT_AFTER_MS);
  }

  /** Takes away what came with the number; the number stays. */
  forget(): void {
    this.brought = null;
  }

  /** Another mode begins: a number that waited for it is filled in. */
  turn(): void {
    const held = this.#held;
    this.brought = this.#held = null;
    if (held && this.#desk.state?.mode !== 'first_run') this.#fillIn(held);
  }

  async #follow(link: Link): Promise<void> {
    switch (link.asks) {
      case 'dial':
        return this.#dial(link);
      case 'pairing':
        this.question = { about: 'pairing' };
        return;
      case 'call':
        return this.#call(link.call);
      case 'copied':
        return this.#copied(link.numbers);
      case 'refused':
        this.question = { about: 'refused', flaw: link.flaw };
    }
  }

  #dial(link: DialLink, writing = this.#isWriting()): void {
    if (this.#desk.state?.mode === 'first_run') {
      this.#held = link;
      this.question = { about: 'set_up', link };
    } else if (this.#isTyped(link) || writing) {
      this.question = { about: 'replace', link };
    } else this.#fillIn(link);
  }

  #copied(numbers: DialableNumber[]): void {
    const [first, ...others] = numbers;
    if (!first) this.question = { about: 'nothing_copied' };
    // Whether something is being written is seen before the question stands over it.
    else if (others.length > 0) this.question = { about: 'choose', numbers, writing: this.#isWriting() };
    else this.#dial(copied(first));
  }

  async #call(call: CallId): Promise<void> {
    const found = await this.#host.query('CallQuery', { call }).catch(() => null);
    if (!found) this.question = { about: 'refused', flaw: 'no_call' };
    else if (this.#isWriting()) this.question = { about: 'leave', call };
    else this.#ways.toCall(call);
  }

  /** Whether the line holds something that would be lost: typed, or on its way out. */
  #isTyped(link: DialLink): boolean {
    const text = this.#dialing.text.trim();
    if (text === '' || digits(text) === digits(link.number)) return false;
    return this.#dialing.placing || !(this.#dialing.given || this.shown);
  }

  #fillIn(link: DialLink): void {
    this.#ways.toDial();
    this.brought = link;
    // What has to be mended is whole; a number that can be dialled is masked, as one from any other screen.
    if (link.flaw) this.#dialing.type(link.number);
    else this.#dialing.give(link.number);
    this.#dialing.settle();
  }

  /** What came with a number, if it is the link's: a number that lacked something may have got it since. */
  #cameWith(text: string): DialLink | null {
    const [now, came] = [digits(text), digits(this.brought?.number ?? '')];
    const same = this.brought?.flaw ? now.endsWith(came) : now === came;
    return now !== '' && same ? this.brought : null;
  }

  #noteDown(call: CallId, number: string): void {
    const brought = this.#cameWith(number);
    if (!brought) return;
    this.brought = null;
    // One that can't be kept is missing where the call shows its note, and the call goes on.
    if (brought.note) this.#host.mutate('SetNote', { call, note: brought.note }).catch(() => undefined);
  }
}

function copied({ digits }: DialableNumber): DialLink {
  const nothing = { flaw: null, name: null, note: null, extension: null };
  return { asks: 'dial', number: digits, ...nothing, copied: true };
}

function digits(text: string): string {
  return text.replace(/\D/g, '');
}
