import type { Details, TroubleCode } from '../host/trouble';
import type {
  Advice,
  Block,
  CallState,
  CallStatus,
  Check,
  Found,
  GuardRule,
  LineState,
  NumberFlaw,
  NumberKind,
  RefusalClass,
  RowFlaw,
  SecretOrigin,
  SyncTrouble,
  Verdict,
} from '../wire';

/** What happened, and what to do next. */
export interface Said {
  what: string;
  next: string;
}

/** What a check of the connection came upon. */
export function foundSaid(found: Found, answers: Answers): string {
  // The table has a row for each kind, which TypeScript can't follow through the union.
  return (answers.found[found.kind] as (found: Found) => string)(found);
}

/** A platform code with words of its own; any other code is spoken of by its class. */
export type PlatformCode =
  1002 | 1003 | 1004 | 1005 | 1006 | 2000 | 2001 | 2002 | 2003 | 3001 | 7001 | 7002 | 9001;

/** A dial's own numbers and hours as a rule states them. */
export interface BlockFacts extends Block {
  /** When it frees up, spelt out; empty if time does not free it. */
  free: string;
}

/** Why a recording is not here: the engine's words, which it keeps with the recording. */
export type RecordingReason =
  | 'not_ready'
  | 'unreachable'
  | 'cut_off'
  | 'timed_out'
  | 'platform_busy'
  | 'refused'
  | 'not_audio'
  | 'too_large'
  | 'bad_subid'
  | 'redirected'
  | 'not_set_up'
  | 'disk_full'
  | 'not_writable'
  | 'fetched_elsewhere'
  | 'store'
  | 'damaged'
  | 'missing'
  | 'lost'
  | 'kept_months';

/** Words for everything the engine can answer. Each table is whole by its type. */
export interface Answers {
  trouble: Record<TroubleCode, (details: Details) => Said>;
  flaw: Record<NumberFlaw, string>;
  kind: Record<NumberKind, string>;
  refusal: Record<RefusalClass, Said>;
  code: Record<PlatformCode, Said>;
  rule: Record<GuardRule, (block: BlockFacts) => Said>;
  rowFlaw: Record<RowFlaw, string>;
  syncTrouble: Record<SyncTrouble, Said>;
  check: Record<Check, string>;
  verdict: Record<Verdict, string>;
  advice: Record<Advice, string>;
  found: { [K in Found['kind']]: (found: Extract<Found, { kind: K }>) => string };
  state: Record<CallState, string>;
  status: Record<CallStatus, string>;
  line: Record<LineState, string>;
  origin: Record<SecretOrigin, string>;
  /** Why a dial has no answer, where only this computer could say so. */
  silent: { not_sent: string; unknown: string };
  recordingReason: Record<RecordingReason, string>;
}
