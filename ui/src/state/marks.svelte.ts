import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CallId, Mark } from '../wire';
import { Draft } from './draft.svelte';

/** The marks in one recording. */
export class Marks {
  list = $state.raw<Mark[]>([]);
  /** The mark that was just set: its note is waited for. */
  fresh = $state<number | null>(null);
  /** The mark that was removed last, until another call or another mark. */
  removed = $state.raw<Mark | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  #call: CallId | null = null;
  readonly #host: Host;
  readonly #drafts = new Map<number, Draft>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Turns to another call's marks, saving the notes of the one that is left. */
  async open(call: CallId | null): Promise<void> {
    if (call === this.#call) return;
    this.save();
    this.#drafts.clear();
    this.#call = call;
    [this.list, this.fresh, this.removed, this.trouble] = [[], null, null, null];
    if (call) await this.#ask(call, this.#host.query('MarksQuery', { call }));
  }

  /** Sets a mark at a second of the recording. */
  async add(seconds: number, note = ''): Promise<void> {
    const call = this.#call;
    if (!call) return;
    const before = new Set(this.list.map((one) => one.mark));
    const at_ms = Math.round(seconds * 1000);
    this.removed = null;
    await this.#ask(call, this.#host.mutate('AddMark', { call, at_ms, note }));
    this.fresh = this.list.find((one) => !before.has(one.mark))?.mark ?? null;
  }

  async remove(mark: Mark): Promise<void> {
    const call = this.#call;
    if (!call) return;
    const note = this.#drafts.get(mark.mark)?.text ?? mark.note;
    await this.#ask(call, this.#host.mutate('RemoveMark', { mark: mark.mark }));
    if (call === this.#call && !this.trouble) this.removed = { ...mark, note };
  }

  /** Sets the mark that was removed last once more. */
  async undo(): Promise<void> {
    const removed = this.removed;
    if (!removed) return;
    await this.add(removed.at_ms / 1000, removed.note);
    this.fresh = null;
    if (this.trouble) this.removed = removed;
  }

  /** A mark's note while it is written. */
  draft(mark: Mark): Draft {
    const known = this.#drafts.get(mark.mark);
    if (known) return known;
    const draft = new Draft(mark.note, async (note) => {
      await this.#host.mutate('ChangeMark', { mark: mark.mark, note });
    });
    this.#drafts.set(mark.mark, draft);
    return draft;
  }

  /** Saves what was written and is not saved yet. */
  save(): void {
    this.#drafts.forEach((draft) => void draft.save());
  }

  async #ask(call: CallId, asked: Promise<{ marks: Mark[] }>): Promise<void> {
    try {
      const { marks } = await asked;
      if (call === this.#call) [this.list, this.trouble] = [marks, null];
    } catch (thrown) {
      if (call === this.#call) this.trouble = troubleOf(thrown);
    }
  }
}
