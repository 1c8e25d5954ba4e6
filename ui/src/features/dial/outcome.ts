import type { TroubleCode } from '../../host/trouble';
import type { Attempt } from '../../state/dialing.svelte';
import type { Block, CallRow, RefusalClass } from '../../wire';
import type { PlatformCode, Said } from '../../words/answers';
import { whenOf } from '../../words/format';
import { veiled } from '../../words/veiled.svelte';
import type { Words } from '../../words/zh';

/** What became of a dial that was not accepted: what happened, whether anything rang, what next. */
export interface Outcome extends Said {
  kind: 'refused' | 'not_sent' | 'unknown' | 'blocked' | 'trouble';
  mood: 'soft' | 'hard';
  /** Whether anything was dialled, in one sentence. */
  dialled: string;
  /** The platform's own words, where it spoke. */
  platform: string;
  /** Whether the settings are where it is mended. */
  settings: boolean;
  /** When the guard lets it through again. */
  freesAt: number | null;
}

const NOTHING = { platform: '', settings: false, freesAt: null };
/** Codes and classes that the user mends in the settings. */
const MENDED_IN_SETTINGS: (RefusalClass | PlatformCode)[] = ['set_up', 1004, 1005];

/** Faults that arise before a request leaves; of the others nothing is claimed. */
const BEFORE_SENDING: TroubleCode[] = [
  'bad_number',
  'bad_input',
  'not_set_up',
  'keyring_failed',
  'in_use',
  'disk_full',
  'not_writable',
];

/** Null while the call runs its course. */
export function outcomeOf(attempt: Attempt, now: number, words: Words): Outcome | null {
  const { live } = words;
  if (attempt.row?.state === 'recorded') return null;
  if (attempt.trouble) return troubled(attempt, words);
  const placed = attempt.placed;
  if (!placed) return attempt.row ? remembered(attempt.row, words) : null;
  switch (placed.state) {
    case 'accepted':
      return null;
    case 'refused':
      return { ...refused(placed.code, placed.class, placed.message, words), dialled: live.nothingDialled };
    case 'not_sent':
      return {
        ...NOTHING,
        kind: 'not_sent',
        mood: 'hard',
        what: live.notSent,
        next: placed.why ? live.notSentFor[placed.why] : live.notSentText,
        dialled: live.nothingDialled,
      };
    case 'unknown':
      return {
        ...NOTHING,
        kind: 'unknown',
        mood: 'soft',
        what: live.unknown,
        next: live.unknownText,
        dialled: live.mayHaveDialled,
      };
    case 'blocked': {
      const said = blockSaid(placed.block, now, words);
      return {
        ...NOTHING,
        kind: 'blocked',
        mood: 'soft',
        ...said,
        dialled: live.nothingDialled,
        freesAt: placed.block.frees_at,
      };
    }
  }
}

/** A rule's words with its figures and the time it frees up. */
export function blockSaid(block: Block, now: number, words: Words): Said {
  const free = block.frees_at === null ? '' : whenOf(block.frees_at, now, words.tag);
  const why = veiled(block.why ?? '');
  return words.answers.rule[block.rule]({ ...block, why, free });
}

/** The platform's code in words: its own if it has some, else those of its class. */
export function codeSaid(code: number, kind: RefusalClass, words: Words): Said {
  const own = words.answers.code as Record<number, Said | undefined>;
  return own[code] ?? words.answers.refusal[kind];
}

function refused(code: number, kind: RefusalClass, message: string, words: Words): Omit<Outcome, 'dialled'> {
  const platform = words.live.platformSays(code, veiled(message));
  const settings = MENDED_IN_SETTINGS.includes(kind) || MENDED_IN_SETTINGS.includes(code as PlatformCode);
  return { ...NOTHING, kind: 'refused', mood: 'hard', ...codeSaid(code, kind, words), platform, settings };
}

/** A lost host may have taken the request along; some faults surely came before anything was sent. */
function troubled({ trouble }: Attempt, words: Words): Outcome | null {
  if (!trouble) return null;
  const said = words.answers.trouble[trouble.code](trouble.details);
  const lost = trouble.code === 'host_lost' || trouble.code === 'internal';
  return {
    ...NOTHING,
    ...(lost ? { what: words.live.unknown, next: words.live.lostText } : said),
    kind: 'trouble',
    mood: lost ? 'soft' : 'hard',
    dialled: lost
      ? words.live.mayHaveDialled
      : BEFORE_SENDING.includes(trouble.code)
        ? words.live.nothingDialled
        : '',
    settings: trouble.code === 'not_set_up',
  };
}

/** A row from before this window opened holds less than an answer did. */
function remembered(row: CallRow, words: Words): Outcome | null {
  const { live } = words;
  if (row.state === 'unknown') {
    return {
      ...NOTHING,
      kind: 'unknown',
      mood: 'soft',
      what: live.unknown,
      next: live.unknownText,
      dialled: live.mayHaveDialled,
    };
  }
  return null;
}
