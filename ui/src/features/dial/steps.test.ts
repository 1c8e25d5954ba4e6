import { describe, expect, it } from 'vitest';
import { aRow } from '../../host/stub';
import { Trouble } from '../../host/trouble';
import type { Attempt } from '../../state/dialing.svelte';
import type { CallState, GuardRule, Placed, RefusalClass } from '../../wire';
import { en } from '../../words/en';
import { zh } from '../../words/zh';
import { outcomeOf } from './outcome';
import { stepsOf } from './steps';

const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  number: '13922104471',
  at: 1_000,
  placed: null,
  trouble: null,
  row: null,
  progress: null,
  ...more,
});
const accepted: Placed = {
  state: 'accepted',
  call: 'c',
  code: 200,
  message: '',
  subid: 's',
  tel_x: '13500008842',
};
const states = (a: Attempt) => stepsOf(a, zh).map((step) => step.state);

describe('steps', () => {
  it('come one by one', () => {
    expect(states(attempt())).toEqual(['doing', 'todo', 'todo', 'todo', 'todo']);
    expect(states(attempt({ placed: accepted }))).toEqual(['done', 'done', 'doing', 'todo', 'todo']);
    const talked = aRow({ state: 'recorded', status: 'connected', duration: 48, recording: 'waiting' });
    expect(states(attempt({ placed: accepted, row: talked }))).toEqual([
      'done',
      'done',
      'done',
      'done',
      'doing',
    ]);
    const saved = { ...talked, recording: 'saved' } as const;
    expect(states(attempt({ placed: accepted, row: saved }))).toEqual([
      'done',
      'done',
      'done',
      'done',
      'done',
    ]);
  });

  it.each<CallState>(['planned', 'sending', 'accepted', 'refused', 'not_sent', 'unknown'])(
    'never say connected of a call that is %s',
    (state) => {
      for (const words of [zh, en]) {
        const said = stepsOf(attempt({ placed: accepted, row: aRow({ state }) }), words);
        const text = said.map((step) => `${step.title} ${step.aside}`).join(' ');
        expect(text).not.toContain(words.answers.status.connected);
        expect(text).not.toContain(words.live.pickupDone);
      }
    },
  );

  it('do not claim that the phone was picked up when the call was not connected', () => {
    const missed = aRow({ state: 'recorded', status: 'dialled', reason: '主叫未接' });
    expect(states(attempt({ placed: accepted, row: missed }))[2]).toBe('mute');
  });

  it('mask the middle number', () => {
    expect(stepsOf(attempt({ placed: accepted }), zh)[1]?.aside).toBe('经 135 •••• 8842');
  });
});

describe('outcomes', () => {
  const of = (more: Partial<Attempt>) => outcomeOf(attempt(more), 2_000, zh);

  it.each<[number, RefusalClass, string]>([
    [7001, 'line', '您的号码正在通话中'],
    [9001, 'account', '平台账户余额不足'],
    [7555, 'line', '线路正被占用'],
    [1005, 'set_up', 'appKey 或 appSecret 不正确'],
    [8888, 'other', '平台拒绝了这次拨打'],
  ])('code %d of class %s says what happened, that nothing rang, and what next', (code, kind, what) => {
    const outcome = of({ placed: { state: 'refused', call: 'c', code, message: 'msg', class: kind } });
    expect(outcome).toMatchObject({
      what,
      dialled: zh.live.nothingDialled,
      platform: `平台代码 ${code} · “msg”`,
    });
    expect(outcome?.next).not.toBe('');
  });

  it('never claims that nothing rang when it may have', () => {
    expect(of({ placed: { state: 'unknown', call: 'c', message: '' } })?.dialled).toBe(
      zh.live.mayHaveDialled,
    );
    expect(of({ trouble: new Trouble('host_lost') })?.dialled).toBe(zh.live.mayHaveDialled);
  });

  it('says that nothing rang only of faults that come before sending', () => {
    expect(of({ trouble: new Trouble('not_set_up') })?.dialled).toBe(zh.live.nothingDialled);
    expect(of({ trouble: new Trouble('disk_full') })?.dialled).toBe(zh.live.nothingDialled);
    expect(of({ trouble: new Trouble('not_found') })?.dialled).toBe('');
  });

  it.each([zh, en])('says once that nothing rang, whichever rule refused ($tag)', (words) => {
    for (const rule of Object.keys(words.answers.rule) as GuardRule[]) {
      const block = { rule, count: 3, limit: 3, frees_at: null };
      const outcome = outcomeOf(attempt({ placed: { state: 'blocked', message: '', block } }), 2_000, words);
      expect(outcome?.dialled, rule).toBe(words.live.nothingDialled);
      expect(`${outcome?.what}${outcome?.next}`, rule).not.toMatch(/没有拨出|[Nn]othing was dialled/);
    }
  });

  it('tells when a block frees up', () => {
    const block = { rule: 'per5min', count: 3, limit: 3, frees_at: 60_000 } as const;
    const outcome = of({ placed: { state: 'blocked', message: '', block } });
    expect(outcome).toMatchObject({ what: '5 分钟内已拨 3 / 3 次', freesAt: 60_000 });
  });

  it('gives way to the record that settles it', () => {
    const row = aRow({ state: 'recorded', status: 'connected' });
    expect(of({ placed: { state: 'unknown', call: 'c', message: '' }, row })).toBeNull();
  });
});
