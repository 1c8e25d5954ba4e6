import type { Face } from './face';
import type {
  CallId,
  ClearedClipboard,
  CopiedNumber,
  Event,
  ImportReading,
  LeadReading,
  MutationMap,
  QueryMap,
  StagedFile,
  StagedId,
  TriggerMap,
} from '../wire';

/** What this host can do beyond the contract; screens ask for abilities, never for a platform. */
export interface Capabilities {
  /** It can open the folder of recordings. */
  openFolder: boolean;
  /** It can let the user choose the folder of recordings. */
  chooseFolder: boolean;
  /** It can let a recording be dragged out of the page: by a file of its own, or as a download. */
  dragOut: 'file' | 'download' | null;
  /** It can put everything into one file of the user's choice, and back. */
  backUp: boolean;
  /** It lets the user choose a file in a dialog of the system; else the page has one chosen. */
  openFile: boolean;
  /** The system opens it with links to numbers. */
  links: boolean;
}

/** Whether the engine can be reached: `locked` asks for the one-time address again. */
export type Link = 'up' | 'down' | 'locked';

/** In which form a recording is wanted: its own, or decoded for a player that can't play that. */
export type Form = 'as_saved' | 'wav';

/** A recording ready to be played; `close` frees what it holds. */
export interface Sound {
  url: string;
  close(): void;
}

/** The one way from a screen to the engine. Calls reject with a `Trouble` and nothing else. */
export interface Host {
  readonly capabilities: Capabilities;
  /** How the desk looked when it was last open, where the host knows before the desk is open. */
  readonly face: Face | null;
  query<N extends keyof QueryMap>(name: N, args: QueryMap[N]['args']): Promise<QueryMap[N]['answer']>;
  mutate<N extends keyof MutationMap>(
    name: N,
    args: MutationMap[N]['args'],
  ): Promise<MutationMap[N]['answer']>;
  trigger<N extends keyof TriggerMap>(name: N, args: TriggerMap[N]['args']): Promise<TriggerMap[N]['answer']>;
  /** Listens until the returned function is called. */
  onEvent(hear: (event: Event) => void): () => void;
  /** Tells each change of the link; `up` after `down` means that events may have been missed. */
  onLink(hear: (link: Link) => void): () => void;
  /** Takes a file that the page had chosen, so that it can be imported. */
  handOver(file: File): Promise<StagedFile>;
  /** Saves the rows of a staged file that can't be taken, where the user chooses. */
  saveRejected(file: StagedId, reading: ImportReading): Promise<void>;
  /** The same for a file of leads. */
  saveRejectedLeads(file: StagedId, reading: LeadReading): Promise<void>;
  /** Puts a number into the clipboard. The host takes it out again when it ends, where it can. */
  copyNumber(number: string): Promise<CopiedNumber>;
  /** Empties the clipboard if the number that was copied last still lies there. */
  clearCopied(): Promise<ClearedClipboard>;
  /** Where the recording can be heard from. `unreadable_file` if it can't be decoded. */
  openSound(call: CallId, form: Form): Promise<Sound>;
}
