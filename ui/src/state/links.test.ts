import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { firstDesk } from '../host/fake/desk';
import { held, stubHost } from '../host/stub';
import type { DeskState, Link, Mode, NumberCard } from '../wire';
import { Clock } from './clock.svelte';
import { Desk } from './desk.svelte';
import { Dialing } from './dialing.svelte';
import { Links } from './links.svelte';

const PLAIN = { flaw: null, name: null, note: null, extension: null };
const link = (number: string, more: Partial<Extract<Link, { asks: 'dial' }>> = {}): Link => ({
  asks: 'dial',
  number,
  ...PLAIN,
  ...more,
});
const grouped = (digits: string) => digits.replace(/^(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function setUp(waiting: Link[], mode: Mode = 'live', writing = false) {
  let state: DeskState = { ...firstDesk(new Set(), 10_000), mode };
  const ways = { toDial: vi.fn(), toCall: vi.fn() };
  const stub = stubHost({
    DeskQuery: () => state,
    SetMode: ({ mode }: { mode: Mode }) => (state = { ...state, mode }),
    TakeLink: () => ({ link: waiting.shift() ?? null }),
    LookUpNumber: ({ text }: { text: string }): Partial<NumberCard> => {
      const digits = text.replace(/\D/g, '');
      const number = { digits, grouped: grouped(digits), kind: 'mobile' } as const;
      return digits.length === 11 ? { number, flaw: null } : { number: null, flaw: 'no_area_code' };
    },
    PlaceCall: () => ({ state: 'accepted', call: 'call-1', code: 200, message: '', subid: '1', tel_x: null }),
    CallQuery: ({ call }: { call: string }) => {
      if (call !== 'call-1') throw new Error('not found');
      return { row: { call } };
    },
    SetNote: () => null,
  });
  stub.host.capabilities.links = true;
  const desk = new Desk(stub.host, new Clock());
  const dialing = new Dialing(
    stub.host,
    () => 0,
    () => desk.state !== null,
  );
  const links = new Links(stub.host, desk, dialing, ways, () => writing);
  await desk.load();
  const settle = () => vi.advanceTimersByTimeAsync(1000);
  return { ...stub, desk, dialing, links, ways, settle };
}

it('fills the number in and dials nothing', async () => {
  const { links, dialing, ways, count, settle } = await setUp([link('13922104471')]);
  await links.take();
  await settle();
  expect([dialing.text, dialing.given, dialing.ready]).toEqual(['139 2210 4471', true, true]);
  expect(ways.toDial).toHaveBeenCalledOnce();
  expect(count('PlaceCall')).toBe(0);
});

it('passes over a key that was on its way to another program', async () => {
  const { links, dialing, count, settle } = await setUp([link('13922104471')]);
  await links.take();
  await dialing.place();
  expect([dialing.barred, count('PlaceCall')]).toEqual([true, 0]);
  await settle();
  await dialing.place();
  expect([dialing.barred, count('PlaceCall')]).toEqual([true, 1]);
});

it('asks before it takes the place of what is being typed', async () => {
  const { links, dialing, settle } = await setUp([link('13922104471')]);
  dialing.type('0215555');
  await links.take();
  expect([links.question?.about, dialing.text]).toEqual(['replace', '0215555']);
  links.dismiss();
  expect([links.question, dialing.text]).toEqual([null, '0215555']);
  await settle();
  expect(dialing.text).toBe('0215555');
});

it('takes its place when it is told to', async () => {
  const { links, dialing, settle } = await setUp([link('13922104471')]);
  dialing.type('0215555');
  await links.take();
  links.goOn();
  await settle();
  expect([links.question, dialing.text]).toEqual([null, '139 2210 4471']);
});

it('asks while something is written elsewhere', async () => {
  const { links, dialing, ways } = await setUp([link('13922104471')], 'live', true);
  await links.take();
  expect([links.question?.about, dialing.text]).toEqual(['replace', '']);
  expect(ways.toDial).not.toHaveBeenCalled();
});

it('does not ask about a number that nobody typed, nor about the same one', async () => {
  const { links, dialing, settle } = await setUp([
    link('13922104471'),
    link('13922104472'),
    link('5555-3300', { flaw: 'no_area_code' }),
    link('13922104473'),
  ]);
  await links.take();
  await settle();
  expect([links.question, dialing.text]).toEqual([null, '139 2210 4473']);
  const same = await setUp([link('13922104471')]);
  same.dialing.type('139-2210-4471');
  await same.links.take();
  expect(same.links.question).toBeNull();
});

it('asks while a call is on its way out, which empties the line', async () => {
  const { host, links, dialing, settle } = await setUp([link('13922104472')]);
  const answer = held<never>();
  vi.spyOn(host, 'mutate').mockReturnValue(answer.promise);
  dialing.give('13922104471');
  await settle();
  const placing = dialing.place();
  await links.take();
  expect(links.question?.about).toBe('replace');
  answer.reject(new Error('gone'));
  await placing;
});

it('lets what can be mended be mended, and keeps what came with it', async () => {
  const { links, dialing, argsOf, settle } = await setUp([
    link('5555-3300', { flaw: 'no_area_code', note: '续约' }),
  ]);
  await links.take();
  expect([dialing.text, dialing.given]).toEqual(['5555-3300', false]);
  dialing.type('0215555-3300');
  await settle();
  expect(links.shown?.note).toBe('续约');
  await dialing.place();
  expect(argsOf('SetNote')).toEqual([{ call: 'call-1', note: '续约' }]);
});

it('notes down what came with the number once it is dialled, and only then', async () => {
  const { links, dialing, argsOf, settle } = await setUp([link('13922104471', { note: '续约' })]);
  await links.take();
  await settle();
  expect([links.shown?.note, argsOf('SetNote')]).toEqual(['续约', []]);
  await dialing.place();
  await settle();
  expect(argsOf('SetNote')).toEqual([{ call: 'call-1', note: '续约' }]);
  expect(links.shown).toBeNull();
});

it('notes nothing down for another number, nor what was dropped', async () => {
  const { links, dialing, count, settle } = await setUp([link('13922104471', { note: '续约' })]);
  await links.take();
  dialing.type('13922104472');
  await settle();
  expect(links.shown).toBeNull();
  await dialing.place();
  const other = await setUp([link('13922104471', { note: '续约' })]);
  await other.links.take();
  other.links.forget();
  await other.settle();
  await other.dialing.place();
  expect([count('SetNote'), other.count('SetNote')]).toEqual([0, 0]);
});

it('keeps a number until there is an account or practice', async () => {
  const { links, dialing, desk, settle } = await setUp([link('13922104471')], 'first_run');
  await links.take();
  expect([links.question?.about, dialing.text]).toEqual(['set_up', '']);
  links.dismiss();
  await desk.go('practice');
  dialing.reset();
  links.turn();
  await settle();
  expect(dialing.text).toBe('139 2210 4471');
});

it('asks one question after the other', async () => {
  const { links, settle } = await setUp([
    { asks: 'refused', flaw: 'special' },
    { asks: 'pairing' },
    { asks: 'call', call: 'nobody' },
    { asks: 'call', call: 'call-1' },
  ]);
  const asked: unknown[] = [];
  await links.take();
  while (links.question) {
    asked.push(links.question);
    links.dismiss();
    await settle();
  }
  expect(asked).toEqual([
    { about: 'refused', flaw: 'special' },
    { about: 'pairing' },
    { about: 'refused', flaw: 'no_call' },
  ]);
});

it('shows the call that a link names', async () => {
  const { links, ways } = await setUp([{ asks: 'call', call: 'call-1' }]);
  await links.take();
  expect(ways.toCall).toHaveBeenCalledWith('call-1');
});

it('asks before a call takes the place of what is written', async () => {
  const { links, ways } = await setUp([{ asks: 'call', call: 'call-1' }], 'live', true);
  await links.take();
  expect([links.question, ways.toCall.mock.calls]).toEqual([{ about: 'leave', call: 'call-1' }, []]);
  links.goOn();
  expect([links.question, ways.toCall.mock.calls]).toEqual([null, [['call-1']]]);
});

it('loses none that arrives while the host says that none waits', async () => {
  const { host, links, dialing } = await setUp([]);
  const answer = held<{ link: null }>();
  const trigger = vi.spyOn(host, 'trigger').mockReturnValueOnce(answer.promise as never);
  const taking = links.take();
  trigger.mockResolvedValueOnce({ link: link('13922104471') } as never);
  links.hear({ event: 'link_arrived' });
  answer.resolve({ link: null });
  await taking;
  expect(dialing.text.replaceAll(' ', '')).toBe('13922104471');
});

it('waits until the desk has said where it stands', async () => {
  const { host, count } = await setUp([link('13922104471')]);
  const desk = new Desk(host, new Clock());
  const dialing = new Dialing(host, () => 0);
  const early = new Links(host, desk, dialing, { toDial: vi.fn(), toCall: vi.fn() }, () => false);
  await early.take();
  expect(count('TakeLink')).toBe(0);
  await desk.load();
  await early.take();
  expect(dialing.text.replaceAll(' ', '')).toBe('13922104471');
});

it('asks nothing of a host that no link reaches', async () => {
  const { host, links, count } = await setUp([link('13922104471')]);
  host.capabilities.links = false;
  await links.take();
  expect(count('TakeLink')).toBe(0);
});

const copied = (...digits: string[]): Link => ({
  asks: 'copied',
  numbers: digits.map((it) => ({ digits: it, grouped: grouped(it), kind: 'mobile' })),
});

it('fills the copied number in and dials nothing', async () => {
  const { links, dialing, count, settle } = await setUp([copied('13922104471')]);
  await links.take();
  await settle();
  expect([dialing.text, dialing.given, links.shown?.copied]).toEqual(['139 2210 4471', true, true]);
  expect(count('PlaceCall')).toBe(0);
});

it('lets one choose among the numbers that were copied', async () => {
  const { links, dialing, settle } = await setUp([copied('13922104471', '13922104472')]);
  await links.take();
  expect(links.question?.about).toBe('choose');
  expect(dialing.text).toBe('');
  if (links.question?.about === 'choose') links.question.numbers.slice(1).forEach((it) => links.choose(it));
  await settle();
  expect([links.question, dialing.text]).toEqual([null, '139 2210 4472']);
});

it('asks before a chosen number takes the place of what is being written', async () => {
  const { links, dialing } = await setUp([copied('13922104471', '13922104472')], 'live', true);
  await links.take();
  if (links.question?.about === 'choose') links.question.numbers.slice(1).forEach((it) => links.choose(it));
  expect(links.question?.about).toBe('replace');
  expect(dialing.text).toBe('');
});

it('says that nothing was copied, and leaves the line alone', async () => {
  const { links, dialing } = await setUp([copied()]);
  dialing.type('021 5555');
  await links.take();
  expect(links.question?.about).toBe('nothing_copied');
  links.dismiss();
  expect(dialing.text).toBe('021 5555');
});
