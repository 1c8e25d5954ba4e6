import type { CallRow, RecordingState, SyncPhase, Verdict } from '../wire';
import type { Said } from '../words/answers';
import { reasonSaid } from '../words/reasons';
import { veiled } from '../words/veiled.svelte';
import type { Words } from '../words/zh';

/** What a colour says: connected, waiting or failed softly, failed, or nothing yet. */
export type Mood = 'good' | 'soft' | 'hard' | 'mute';

/** A call's standing in one word and one colour. */
export function standing(row: CallRow, words: Words): { mood: Mood; word: string } {
  const { state, status } = words.answers;
  if (row.state === 'recorded' && row.status) {
    const moods = { connected: 'good', not_connected: 'soft', failed: 'hard', dialled: 'mute' } as const;
    return { mood: moods[row.status], word: status[row.status] };
  }
  const moods = {
    planned: 'mute',
    sending: 'soft',
    accepted: 'soft',
    refused: 'hard',
    not_sent: 'hard',
    unknown: 'soft',
    recorded: 'mute',
  } as const;
  return { mood: moods[row.state], word: state[row.state] };
}

export const verdictMood: Record<Verdict, Mood> = {
  good: 'good',
  doubtful: 'soft',
  bad: 'hard',
  skipped: 'mute',
};

export const phaseMood: Record<SyncPhase, Mood> = {
  off: 'mute',
  connecting: 'soft',
  live: 'good',
  retrying: 'soft',
  refused: 'hard',
};

/** The recording's word in a row; empty where there is none to speak of. */
export function recordingWord(state: RecordingState, words: Words): string {
  const { saved, waiting, gone, failed, dropped } = words.calls;
  return { none: '', saved, waiting, gone, failed, dropped }[state];
}

/**
 * Why a call came to nothing, in the language of the screen wherever there are words for it: for what
 * this computer alone knows, for the platform's codes, and for its usual reasons.
 */
export function whyOf(row: CallRow, words: Words): string {
  if (row.state === 'not_sent' || row.state === 'unknown') return words.answers.silent[row.state];
  const codes: Record<number, Said | undefined> = words.answers.code;
  const code = row.state === 'refused' && row.code !== null ? codes[row.code] : undefined;
  return code?.what ?? veiled(reasonSaid(row.reason ?? '', words));
}

/** Why a recording is not here: the engine's word, and behind a colon what the platform said. */
export function recordingWhy(reason: string | null, words: Words): string {
  if (!reason) return '';
  const [word = '', ...said] = reason.split(': ');
  const known: Record<string, string> = words.answers.recordingReason;
  return [known[word] ?? '', veiled(said.join(': '))].filter((part) => part !== '').join(' ');
}
