import type { DeskState, Mode } from '../../wire';

/** The desk a scene begins with. */
export function firstDesk(scene: Set<string>, now: number): DeskState {
  const mode: Mode = scene.has('first_run') ? 'first_run' : scene.has('practice') ? 'practice' : 'live';
  const set = mode === 'first_run' ? 'unset' : 'keyring';
  const bad = scene.has('stale');
  return {
    version: '0.1.0',
    mode,
    now,
    account: {
      app_key: set,
      app_secret: set,
      push_url: set,
      relay_token: set,
      relay_url: mode === 'first_run' ? null : 'https://relay.example.com',
      own_numbers: mode === 'first_run' ? [] : ['13800006620', '02155508842'],
      custody: scene.has('practice')
        ? { kept: 'practice' }
        : scene.has('session')
          ? { kept: 'session_only', reason: 'no Secret Service' }
          : { kept: 'keyring' },
    },
    settings: {
      language: scene.has('en') ? 'en' : 'zh',
      theme: scene.has('dark') ? 'dark' : 'light',
      show_numbers: false,
      log_columns: [],
      recordings_dir: null,
      call_url: null,
      recording_url: null,
      dialect: { body: 'form', timestamp: 'seconds', lower_case: 'keys', digest: 'lower' },
      shortcut: null,
    },
    sync: {
      phase: bad ? 'retrying' : 'live',
      since: now - 600_000,
      synced_at: bad ? now - 1_500_000 : now - 3_000,
      trouble: bad ? 'unreachable' : null,
      unreadable: 0,
    },
    line: bad ? 'unreachable' : 'answering',
    today: { since: beijingMidnight(now), dialled: 0, connected: 0, talk_seconds: 0 },
    calls: 0,
    deletion: null,
    notice: scene.has('notice')
      ? {
          about: 'database_lost',
          path: '/home/li/.local/share/cn.bohao.desk/bohao.db.damaged-1795414020000',
          backups: '/home/li/.local/share/cn.bohao.desk/backups',
        }
      : null,
  };
}

function beijingMidnight(now: number): number {
  const eightHours = 8 * 3_600_000;
  return Math.floor((now + eightHours) / 86_400_000) * 86_400_000 - eightHours;
}
