import { pause, type Part } from './part';

export function examination() {
  const queries = {
    Examine: async () => {
      await pause(900);
      return {
        findings: [
          {
            check: 'keyring',
            verdict: 'good',
            what: { kind: 'keyring' },
            found: 'a secret was written, read and removed',
            advice: null,
          },
          {
            check: 'database',
            verdict: 'good',
            what: { kind: 'calls', count: 312 },
            found: 'quick_check: ok',
            advice: null,
          },
          {
            check: 'recordings_folder',
            verdict: 'good',
            what: { kind: 'writable' },
            found: '312 GB free',
            advice: null,
          },
          {
            check: 'account',
            verdict: 'good',
            what: { kind: 'set_up' },
            found: 'appKey, appSecret and 2 own numbers',
            advice: null,
          },
          {
            check: 'platform',
            verdict: 'bad',
            what: {
              kind: 'other_dialect',
              dialect: {
                body: 'form',
                timestamp: 'seconds',
                lower_case: 'keys_and_values',
                digest: 'lower',
              },
            },
            found: 'accepted with lower_case = keys_and_values',
            advice: 'change_dialect',
          },
          {
            check: 'clock',
            verdict: 'doubtful',
            what: { kind: 'drift', seconds: -41 },
            found: '41 s behind the platform; corrected',
            advice: 'set_clock',
          },
          {
            check: 'relay',
            verdict: 'skipped',
            what: { kind: 'no_relay' },
            found: 'no relay is paired',
            advice: 'pair_relay',
          },
          {
            check: 'loop',
            verdict: 'good',
            what: { kind: 'went_around', asked_ms: 21, pushed_ms: 34, arrived_ms: 41 },
            found: 'a marked record went around',
            advice: null,
          },
        ],
      };
    },
  } satisfies Part<'query'>;
  return { queries };
}
