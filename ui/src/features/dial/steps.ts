import type { Attempt } from '../../state/dialing.svelte';
import type { CallRow } from '../../wire';
import { bytesOf, clockOf, length } from '../../words/format';
import { whyOf } from '../../parts/mood';
import { veiledNumber } from '../../words/veiled.svelte';
import type { Words } from '../../words/zh';

export type StepName = 'submitted' | 'accepted' | 'pickup' | 'record' | 'recording';
export type StepState = 'done' | 'doing' | 'todo' | 'mute' | 'soft' | 'hard';

export interface Step {
  name: StepName;
  state: StepState;
  title: string;
  /** One short line below the title. */
  aside: string;
}

/**
 * How far a call has come, as far as is known. Nothing here says "connected" before the record
 * does: an accepted call only asks to pick up the phone.
 */
export function stepsOf(attempt: Attempt, words: Words): Step[] {
  const { live } = words;
  const row = attempt.row;
  const accepted =
    attempt.placed?.state === 'accepted' || row?.state === 'accepted' || row?.state === 'recorded';
  const telX = attempt.placed?.state === 'accepted' ? attempt.placed.tel_x : (row?.tel_x ?? null);
  return [
    step(
      'submitted',
      accepted ? 'done' : 'doing',
      accepted ? live.submitted : live.submitting,
      clockOf(attempt.at, words.tag),
    ),
    step(
      'accepted',
      accepted ? 'done' : 'todo',
      live.accepted,
      telX && accepted ? live.via(veiledNumber(telX)) : '',
    ),
    pickupStep(row, accepted, words),
    recordStep(row, words),
    recordingStep(attempt, words),
  ];
}

/** Only a connected call proves that the salesperson's own phone was picked up. */
function pickupStep(row: CallRow | null, accepted: boolean, { live }: Words): Step {
  if (row?.state === 'recorded') {
    const connected = row.status === 'connected';
    return step('pickup', connected ? 'done' : 'mute', connected ? live.pickupDone : live.pickupTodo, '');
  }
  return accepted
    ? step('pickup', 'doing', live.pickup, live.pickedUp)
    : step('pickup', 'todo', live.pickupTodo, '');
}

function recordStep(row: CallRow | null, words: Words): Step {
  const { live, answers } = words;
  if (row?.state !== 'recorded') return step('record', 'todo', live.record, live.recordTodo);
  const status = row.status ?? 'dialled';
  const states = { connected: 'done', not_connected: 'soft', failed: 'hard', dialled: 'soft' } as const;
  const talked = status === 'connected' && row.duration !== null;
  return step(
    'record',
    states[status],
    answers.status[status],
    talked ? length(row.duration ?? 0) : whyOf(row, words),
  );
}

function recordingStep(attempt: Attempt, words: Words): Step {
  const { live } = words;
  const row = attempt.row;
  const title = live.recording;
  if (row?.state !== 'recorded') return step('recording', 'todo', title, live.recordingTodo);
  switch (row.recording) {
    case 'none':
      return step('recording', 'todo', title, live.recordingNone);
    case 'waiting':
      return step('recording', 'doing', title, progress(attempt) || live.recordingWaiting);
    case 'saved':
      return step('recording', 'done', title, live.recordingSaved);
    // A rule drops what was heard, which is past this card's time.
    case 'dropped':
    case 'gone':
      return step('recording', 'soft', title, live.recordingGone);
    case 'failed':
      return step('recording', 'hard', title, live.recordingFailed);
  }
}

function progress({ progress }: Attempt): string {
  if (!progress) return '';
  if (!progress.total) return bytesOf(progress.received);
  return `${Math.floor((100 * progress.received) / progress.total)} %`;
}

function step(name: StepName, state: StepState, title: string, aside: string): Step {
  return { name, state, title, aside };
}
