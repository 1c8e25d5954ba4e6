import type {
  FollowUp,
  FollowUpKept,
  FollowUpKind,
  FollowUpRow,
  FollowUpSection,
  ReadInstant,
  SectionName,
  TimeRead,
} from '../../wire';
import { Trouble } from '../trouble';
import { readNumber } from './numbers';
import type { Part } from './part';
import type { Scene } from './scene';
import { aWish } from './wishes';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const DAYS: Record<string, number> = { 今天: 0, today: 0, 明天: 1, tomorrow: 1, 后天: 2 };

export function followUps(scene: Scene) {
  const rowOf = (follow_up: FollowUp): FollowUpRow => ({
    follow_up,
    customer: scene.rows.find((row) => row.tel_b === follow_up.number)?.customer ?? null,
  });
  const find = (id: number): FollowUp => {
    const found = scene.wishes.find((wish) => wish.follow_up === id);
    if (!found) throw new Trouble('not_found');
    return found;
  };
  const keep = (wish: FollowUp): FollowUpKept => {
    const others = scene.wishes.filter((other) => other.follow_up !== wish.follow_up);
    scene.wishes = [...others, wish];
    scene.tell({ event: 'follow_ups_changed' });
    return { kept: 'kept', row: rowOf(wish) };
  };
  const queries = {
    FollowUpsQuery: ({ kind, limit }) => {
      const now = scene.now();
      const midnight = new Date(now).setHours(24, 0, 0, 0);
      const open = scene.wishes
        .filter((wish) => wish.state === 'open')
        .sort((a, b) => a.due_at - b.due_at || a.follow_up - b.follow_up);
      const due = (of: FollowUpKind) => open.filter((wish) => wish.kind === of && wish.due_at <= now).length;
      const section = (name: SectionName, fits: (wish: FollowUp) => boolean): FollowUpSection => {
        const mine = name === 'done' ? scene.wishes.filter((wish) => wish.state === 'done') : open;
        const rows = mine.filter((wish) => wish.kind === kind && fits(wish));
        return { name, total: rows.length, rows: rows.slice(0, limit || 100).map(rowOf) };
      };
      const week = midnight + 7 * DAY;
      return {
        sections: [
          section('overdue', (wish) => wish.due_at <= now),
          section('today', (wish) => wish.due_at > now && wish.due_at < midnight),
          section('next', (wish) => wish.due_at >= midnight && wish.due_at < week),
          section('later', (wish) => wish.due_at >= week),
          section('done', () => true),
        ],
        due: due('follow_up'),
        due_again: due('again'),
        changes_at: open.find((wish) => wish.due_at > now)?.due_at ?? midnight,
      };
    },
    NumberFollowUps: ({ numbers }) => ({
      follow_ups: scene.wishes.filter((wish) => wish.state === 'open' && numbers.includes(wish.number)),
    }),
    ReadTime: ({ text }) => readTime(text, scene.now()),
  } satisfies Part<'query'>;
  const mutations = {
    AddFollowUp: ({ number, call, at, meant, why }) => {
      if (at <= scene.now()) return { kept: 'past' };
      scene.wishes = scene.wishes.filter((wish) => !call || wish.call !== call);
      const digits = readNumber(number).number?.digits ?? number;
      const wish = { ...aWish(scene.now()), number: digits, due_at: at, why: why ?? '' };
      return keep({ ...wish, call: call ?? null, meant: meant ?? null });
    },
    ChangeFollowUp: ({ follow_up, at, meant, why }) => {
      const wish = find(follow_up);
      if (at !== undefined && at <= scene.now()) return { kept: 'past' };
      const moved = at === undefined ? {} : { due_at: at, meant: meant ?? null, kind: 'follow_up' as const };
      return keep({ ...wish, ...moved, why: why ?? wish.why });
    },
    SnoozeFollowUp: ({ follow_up, until }) => {
      const tomorrow = new Date(scene.now() + DAY).setHours(9, 0, 0, 0);
      const minutes = until === 'hour' ? 60 : 10;
      const due_at = until === 'tomorrow' ? tomorrow : scene.now() + minutes * MINUTE;
      return keep({ ...find(follow_up), due_at, meant: null, kind: 'follow_up' });
    },
    FinishFollowUp: ({ follow_up }) => keep({ ...find(follow_up), state: 'done' }),
    DropFollowUp: ({ follow_up }) => keep({ ...find(follow_up), state: 'dropped' }),
    ReopenFollowUp: ({ follow_up }) => keep({ ...find(follow_up), state: 'open' }),
  } satisfies Part<'mutate'>;
  const triggers = {
    ExportFollowUps: () => ({
      outcome: 'saved',
      path: 'D:\\跟进.ics',
      count: scene.wishes.filter((wish) => wish.state === 'open').length,
    }),
  } satisfies Part<'trigger'>;
  return { queries, mutations, triggers };
}

/** Nearly enough to design by: a day, an hour with 上午, 下午, am or pm, and so long from now. */
function readTime(text: string, now: number): TimeRead {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/[一二三四五六七八九十]+/g, (han) => String('零一二三四五六七八九十'.indexOf(han)));
  const span = /^(?:in )?(\d+|半)\s*(分钟|小时|天|min|h|hours?|days?)/.exec(plain);
  if (span?.[2]) {
    const unit = /天|day/.test(span[2]) ? DAY : /分|min/.test(span[2]) ? MINUTE : 60 * MINUTE;
    return {
      times: [instant(now + (span[1] === '半' ? 0.5 : Number(span[1])) * unit, now, false)],
      flaw: null,
    };
  }
  const day = Object.keys(DAYS).find((word) => plain.startsWith(word));
  if (!day) return { times: [], flaw: plain ? 'unknown' : 'empty' };
  const clock = /(上午|下午|晚上)?\s*(\d{1,2})(?::(\d\d)|点半)?\s*(?:点)?\s*(am|pm)?/.exec(
    plain.slice(day.length),
  );
  const hour = Number(clock?.[2] ?? 10);
  const late = /下午|晚上|pm/.test(`${clock?.[1]}${clock?.[4]}`) && hour < 12;
  const sure = clock?.[1] || clock?.[4] || hour > 8 || !clock?.[2];
  const on = (hours: number) => {
    const minute = plain.includes('点半') ? 30 : Number(clock?.[3] ?? 0);
    const at = new Date(now + (DAYS[day] ?? 0) * DAY).setHours(hours, minute, 0, 0);
    return instant(at, now, !clock?.[2]);
  };
  const times = sure ? [on(late ? hour + 12 : hour)] : [on(hour + 12), on(hour)];
  return { times, flaw: null };
}

function instant(at: number, now: number, hour_assumed: boolean): ReadInstant {
  const minute = Math.floor(at / MINUTE) * MINUTE;
  const offset_minutes = -new Date(minute).getTimezoneOffset();
  const local = new Date(minute + offset_minutes * MINUTE).toISOString().slice(0, 16);
  return { at: minute, meant: { local, offset_minutes }, past: minute <= now, hour_assumed };
}
