import type { Host } from '../host/host';
import { troubleOf, type Trouble } from '../host/trouble';
import type { CallDetail, CallId, Event } from '../wire';
import { Note } from './note.svelte';

/** One call in full, kept up to date by events. */
export class Detail {
  shown = $state.raw<CallDetail | null>(null);
  note = $state.raw<Note | null>(null);
  trouble = $state.raw<Trouble | null>(null);
  progress = $state.raw<{ received: number; total: number | null } | null>(null);
  fetching = $state(false);
  fetchTrouble = $state.raw<Trouble | null>(null);
  #call: CallId | null = null;
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Turns to another call, saving the note of the one that is left. */
  async open(call: CallId | null): Promise<void> {
    if (call === this.#call) return;
    void this.note?.save();
    this.#call = call;
    this.progress = null;
    this.fetchTrouble = null;
    if (call === null) this.shown = null;
    else await this.#read();
  }

  async reload(): Promise<void> {
    if (this.#call) await this.#read();
  }

  async fetchRecording(): Promise<void> {
    const call = this.#call;
    if (!call || this.fetching) return;
    this.fetching = true;
    this.fetchTrouble = null;
    try {
      const recording = await this.#host.mutate('FetchRecording', { call });
      if (call === this.#call && this.shown) this.shown = { ...this.shown, recording };
    } catch (thrown) {
      if (call === this.#call) this.fetchTrouble = troubleOf(thrown);
    } finally {
      this.fetching = false;
    }
  }

  hear(event: Event): void {
    if (event.event === 'call_changed' && event.row.call === this.#call) void this.#read();
    if (event.event === 'recording_progress' && event.call === this.#call) {
      this.progress = { received: event.received, total: event.total };
    }
  }

  async #read(): Promise<void> {
    const call = this.#call;
    if (!call) return;
    try {
      const detail = await this.#host.query('CallQuery', { call });
      if (call !== this.#call) return;
      this.trouble = null;
      this.shown = detail;
      if (this.note?.call === call) this.note.follow(detail.row);
      else this.note = new Note(this.#host, detail.row);
    } catch (thrown) {
      if (call === this.#call) this.trouble = troubleOf(thrown);
    }
  }
}
