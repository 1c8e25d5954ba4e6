import type { CallFigures, Report, ReportRange, SavedReport } from '../../wire';
import { FIRST_OUTCOMES } from './outcomes';
import type { Part } from './part';
import { seeded } from './rows';
import type { Scene } from './scene';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BEIJING = 8 * HOUR;
const NONE: CallFigures = { dialled: 0, connected: 0, talk_seconds: 0, billed_minutes: 0, unsent: 0 };

const dayStart = (at: number) => at - ((at + BEIJING) % DAY);
const dateOf = (at: number) => new Date(at + BEIJING).toISOString().slice(0, 10);
const weekdayOf = (at: number) => (new Date(at + BEIJING).getUTCDay() + 6) % 7;

export function reports(scene: Scene) {
  /** Made-up calls of one hour: the same each time, none at night and few on Sundays. */
  function hourOf(at: number): CallFigures {
    const hour = new Date(at + BEIJING).getUTCHours();
    const weekday = weekdayOf(at);
    if (scene.words.has('empty') || at > scene.now() || hour < 8 || hour > 20) return NONE;
    if (scene.words.has('one')) {
      const now = at === scene.now() - (scene.now() % HOUR);
      return now ? { dialled: 1, connected: 1, talk_seconds: 73, billed_minutes: 2, unsent: 0 } : NONE;
    }
    const random = seeded(((at / HOUR) % 100_000) + 17);
    random();
    const dialled = Math.floor(random() * (weekday === 6 ? 2 : 11));
    const share = 0.25 + 0.35 * Math.exp(-((hour - 14.5) ** 2) / 9) + random() * 0.12;
    const connected = Math.round(dialled * share);
    const talk_seconds = connected * Math.floor(90 + random() * 160);
    return {
      dialled,
      connected,
      talk_seconds,
      billed_minutes: Math.ceil(talk_seconds / 60 + connected * 0.4),
      unsent: random() < 0.02 ? 1 : 0,
    };
  }

  function rangeOf(range: ReportRange): [number, number] {
    const today = dayStart(scene.now());
    const monday = today - weekdayOf(today) * DAY;
    const first = Date.parse(`${dateOf(today).slice(0, 8)}01`) - BEIJING;
    const firstBefore = Date.parse(`${dateOf(first - DAY).slice(0, 8)}01`) - BEIJING;
    const next = Date.parse(`${dateOf(first + 32 * DAY).slice(0, 8)}01`) - BEIJING;
    switch (range.days) {
      case 'today':
        return [today, today + DAY];
      case 'yesterday':
        return [today - DAY, today];
      case 'this_week':
        return [monday, monday + 7 * DAY];
      case 'last_week':
        return [monday - 7 * DAY, monday];
      case 'this_month':
        return [first, next];
      case 'last_month':
        return [firstBefore, first];
      case 'chosen':
        return [Date.parse(range.from) - BEIJING, Date.parse(range.to) - BEIJING + DAY];
    }
  }

  function summed(since: number, until: number): CallFigures {
    const sum = { ...NONE };
    for (let at = since; at < until; at += HOUR) add(sum, hourOf(at));
    return sum;
  }

  function reportOf(range: ReportRange): Report {
    const [since, until] = rangeOf(range);
    const over = until <= scene.now();
    const before = { since: since - (until - since), until: over ? since : scene.now() - (until - since) };
    const figures = summed(since, until);
    const earlier = summed(before.since, before.until);
    const days = (until - since) / DAY;
    const step = days <= 62 ? 'day' : days <= 400 ? 'week' : 'month';
    const starts: number[] = [];
    for (let at = since; at < until; at += DAY) {
      const begins = step === 'day' || (step === 'week' ? weekdayOf(at) === 0 : dateOf(at).endsWith('01'));
      if (begins || at === since) starts.push(at);
    }
    const hours = new Map<number, CallFigures>();
    for (let at = since; at < until; at += HOUR) {
      const key = weekdayOf(at) * 24 + new Date(at + BEIJING).getUTCHours();
      hours.set(key, add(hours.get(key) ?? { ...NONE }, hourOf(at)));
    }
    const missed = figures.dialled - figures.connected;
    const missedBefore = earlier.dialled - earlier.connected;
    const part = (of: number, share: number) => Math.floor(of * share);
    const reasons = [
      [{ why: 'not_connected', reason: '客户未接' }, 0.46],
      [{ why: 'not_connected', reason: '关机' }, 0.2],
      [{ why: 'failed', reason: '空号' }, 0.12],
      [{ why: 'no_record' }, 0.03],
    ] as const;
    const told = reasons.map(([why, share]) => ({
      why,
      calls: part(missed, share),
      before: part(missedBefore, share * 0.9),
    }));
    const rest = (of: number, key: 'calls' | 'before') => of - told.reduce((sum, one) => sum + one[key], 0);
    const shares = [0.11, 0.16, 0.2, 0.33];
    const outcomes = shares.map((share, index) => ({
      outcome: FIRST_OUTCOMES[index] ?? null,
      calls: part(figures.dialled, share),
      before: part(earlier.dialled, share * 1.1),
    }));
    const chosen = outcomes.reduce((sum, one) => sum + one.calls, 0);
    return {
      period: { from: dateOf(since), to: dateOf(until - 1), since, until },
      before: { from: dateOf(before.since), to: dateOf(Math.max(before.since, before.until - 1)), ...before },
      over,
      figures,
      figures_before: earlier,
      step,
      bars: starts.map((at, index) => ({ since: at, figures: summed(at, starts[index + 1] ?? until) })),
      hours: [...hours]
        .filter(([, one]) => one.dialled > 0)
        .map(([key, one]) => ({ weekday: Math.floor(key / 24), hour: key % 24, figures: one })),
      outcomes: [
        ...outcomes,
        { outcome: null, calls: figures.dialled - chosen, before: part(earlier.dialled, 0.14) },
      ].filter((one) => one.calls > 0),
      own_numbers: figures.dialled > 0 ? [{ number: '13800006620', figures, before: earlier }] : [],
      lists: [
        [1, '十一月冷链名单', 0.4],
        [2, '展会名片', 0.1],
        [3, '上海远东国际冷链物流供应链管理有限公司华东分公司老客户回访', 0.06],
      ]
        .map(([list, name, share]) => ({
          list: Number(list),
          name: String(name),
          figures: shareOf(figures, Number(share)),
          before: shareOf(earlier, Number(share)),
        }))
        .filter((one) => one.figures.dialled > 0),
      reasons: [
        ...told,
        {
          why: { why: 'not_connected' as const, reason: '用户正忙' },
          calls: rest(missed, 'calls'),
          before: rest(missedBefore, 'before'),
        },
        { why: { why: 'refused' as const, code: 7001 }, calls: figures.unsent, before: earlier.unsent },
      ].filter((one) => one.calls > 0),
    };
  }

  const saved = (ending: string): SavedReport => ({
    outcome: 'saved',
    path: `D:\\客户\\报表_2026-11-21.${ending}`,
  });
  const queries = { ReportQuery: ({ range }) => reportOf(range) } satisfies Part<'query'>;
  const triggers = {
    ExportReport: () => saved('xlsx'),
    SaveReportPicture: () => saved('png'),
  } satisfies Part<'trigger'>;
  return { queries, triggers };
}

function shareOf(all: CallFigures, share: number): CallFigures {
  const part = (figure: number) => Math.floor(figure * share);
  return {
    dialled: part(all.dialled),
    connected: part(all.connected),
    talk_seconds: part(all.talk_seconds),
    billed_minutes: part(all.billed_minutes),
    unsent: 0,
  };
}

function add(sum: CallFigures, more: CallFigures): CallFigures {
  sum.dialled += more.dialled;
  sum.connected += more.connected;
  sum.talk_seconds += more.talk_seconds;
  sum.billed_minutes += more.billed_minutes;
  sum.unsent += more.unsent;
  return sum;
}
