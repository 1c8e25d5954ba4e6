import type { SyncState } from '../wire';
import { agoOf, whenOf } from './format';
import type { Words } from './zh';

/** A live line newer than this is simply "just now". */
const JUST_NOW_MS = 3_000;

/**
 * How fresh the log is, in one line. While the sync is live the relay has nothing newer, so the
 * time since its last answer is the log's age; otherwise the line says since when it stands still.
 */
export function syncLine(sync: SyncState, now: number, words: Words): string {
  const { foot } = words;
  if (sync.phase === 'off') return foot.syncOff;
  if (sync.phase === 'refused') return foot.refused;
  if (sync.phase === 'live' && sync.synced_at !== null) {
    if (now - sync.synced_at < JUST_NOW_MS) return foot.syncedNow;
    return foot.syncedAgo(agoOf(sync.synced_at, now, words));
  }
  if (sync.phase === 'retrying') {
    return sync.synced_at === null ? foot.staleNever : foot.stale(whenOf(sync.synced_at, now, words.tag));
  }
  return foot.syncConnecting;
}
