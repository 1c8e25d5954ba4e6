import type { Mark, Playback } from '../../wire';
import { Trouble } from '../trouble';
import type { Part } from './part';
import { seeded } from './rows';
import type { Scene } from './scene';

/** How recordings look and sound, and the marks in them. */
export function listening(scene: Scene) {
  let last = 0;
  const marks = new Map<string, Mark[]>();
  let playback: Playback = { speed: 100, skip_silence: false, play_on: false };

  const marksOf = (call: string) => {
    const length = (scene.find(call).duration ?? 0) * 1000;
    const known = marks.get(call) ?? [
      { mark: ++last, at_ms: Math.round(length * 0.27), note: '问到报价，要含夜间卸货' },
      { mark: ++last, at_ms: Math.round(length * 0.71), note: '' },
    ];
    marks.set(call, known);
    return { marks: [...known].sort((a, b) => a.at_ms - b.at_ms) };
  };
  const withMark = (mark: number) => {
    const found = [...marks].find(([, list]) => list.some((one) => one.mark === mark));
    if (!found) throw new Trouble('not_found');
    return found;
  };

  const queries = {
    WaveformQuery: ({ call, bars }) => {
      const random = seeded(call.length * 7 + Number(call.slice(-4)) + 1);
      const length_ms = (scene.find(call).duration ?? 0) * 1000;
      const silences = [0.36, 0.8].map((from) => ({
        from_ms: Math.round(length_ms * from),
        to_ms: Math.round(length_ms * (from + 0.08)),
      }));
      const quiet = (bar: number) => {
        const at = ((bar + 0.5) / bars) * length_ms;
        return silences.some((one) => at >= one.from_ms && at <= one.to_ms);
      };
      const peaks = Array.from({ length: bars }, (_, bar) => {
        const loud = 0.12 + Math.abs(Math.sin(bar / 3.1)) * random() * 0.85;
        return quiet(bar) ? 0.01 : loud;
      });
      return { peaks, length_ms, silences };
    },
    MarksQuery: ({ call }) => marksOf(call),
    PlaybackQuery: () => playback,
  } satisfies Part<'query'>;
  const mutations = {
    AddMark: ({ call, at_ms, note }) => {
      marks.set(call, [...marksOf(call).marks, { mark: ++last, at_ms, note }]);
      return marksOf(call);
    },
    ChangeMark: ({ mark, note }) => {
      const [call, list] = withMark(mark);
      marks.set(
        call,
        list.map((one) => (one.mark === mark ? { ...one, note } : one)),
      );
      return marksOf(call);
    },
    RemoveMark: ({ mark }) => {
      const [call, list] = withMark(mark);
      marks.set(
        call,
        list.filter((one) => one.mark !== mark),
      );
      return marksOf(call);
    },
    SetPlayback: (set) => (playback = set.playback),
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}
