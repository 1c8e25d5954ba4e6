import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { aRow, held, stubHost } from '../host/stub';
import type { CallRow, NumberCard, Placed } from '../wire';
import { Dialing } from './dialing.svelte';

const TODAY = { since: 0, dialled: 1, connected: 0, talk_seconds: 0 };
const ACCEPTED: Placed = {
  state: 'accepted',
  call: 'call-1',
  code: 200,
  message: '',
  subid: 's',
  tel_x: null,
};

function card(text: string): NumberCard {
  const digits = text.replace(/\D/g, '');
  const whole = digits.length === 11;
  const grouped = `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`;
  const number = whole ? { digits, grouped, kind: 'mobile' as const } : null;
  return {
    number,
    flaw: whole ? null : 'too_short',
    customer: null,
    calls: 0,
    last: null,
    outcome: null,
    do_not_call: null,
    guard: null,
  };
}

function desk(place: () => unknown = () => ACCEPTED) {
  let tickets = 0;
  const stub = stubHost({
    LookUpNumber: ({ text }: { text: string }) => card(text),
    PlaceCall: place,
    CallQuery: () => ({ row: aRow() }),
  });
  const dialing = new Dialing(
    stub.host,
    () => 5_000,
    () => true,
    () => `ticket-${++tickets}`,
  );
  return { ...stub, dialing };
}

describe('the number line', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('looks up once the typing pauses, and shows the number in groups', async () => {
    const { dialing, count } = desk();
    for (const text of ['1', '13', '13922104471']) dialing.type(text);
    await vi.advanceTimersByTimeAsync(79);
    expect(count('LookUpNumber')).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(count('LookUpNumber')).toBe(1);
    expect(dialing.text).toBe('139 2210 4471');
    expect(dialing.ready).toBe(true);
  });

  it('drops an answer to a text that is no longer there', async () => {
    const first = held<NumberCard>();
    const answers = [first.promise, Promise.resolve(card('139'))];
    const stub = stubHost({ LookUpNumber: () => answers.shift() });
    const dialing = new Dialing(stub.host, () => 0);
    dialing.type('13922104471');
    await vi.advanceTimersByTimeAsync(80);
    dialing.type('139');
    await vi.advanceTimersByTimeAsync(80);
    first.resolve(card('13922104471'));
    await vi.advanceTimersByTimeAsync(0);
    expect(dialing.card?.flaw).toBe('too_short');
    expect(dialing.text).toBe('139');
  });

  it('takes a press that comes before the number is known', async () => {
    const { dialing, count } = desk();
    dialing.type('13922104471');
    expect(dialing.barred).toBe(false);
    await dialing.place();
    expect(count('PlaceCall')).toBe(1);
  });

  it('dials what was there when it was pressed, though an event looks up again meanwhile', async () => {
    const answers: ReturnType<typeof held<NumberCard>>[] = [];
    const stub = stubHost({
      LookUpNumber: () => (answers.push(held<NumberCard>()), answers.at(-1)?.promise),
      PlaceCall: () => ACCEPTED,
      CallQuery: () => ({ row: aRow() }),
    });
    const dialing = new Dialing(stub.host, () => 0);
    dialing.type('13800006621');
    const before = dialing.lookUp();
    answers[0]?.resolve(card('13800006621'));
    await before;
    dialing.type('13922104471');
    const pressed = dialing.place();
    dialing.hear({ event: 'desk_changed' });
    answers[1]?.resolve(card('13922104471'));
    await pressed;
    expect(stub.argsOf('PlaceCall')).toMatchObject([{ number: '13922104471' }]);
  });

  it('never takes the answer to an older text for that of the text that is there', async () => {
    const answers: ReturnType<typeof held<NumberCard>>[] = [];
    const stub = stubHost({
      LookUpNumber: () => (answers.push(held<NumberCard>()), answers.at(-1)?.promise),
      PlaceCall: () => ACCEPTED,
      CallQuery: () => ({ row: aRow() }),
    });
    const dialing = new Dialing(stub.host, () => 0);
    dialing.type('13800006621');
    await vi.advanceTimersByTimeAsync(80);
    dialing.type('13922104471');
    answers[0]?.resolve(card('13800006621'));
    await vi.advanceTimersByTimeAsync(10);
    expect(dialing.text).toBe('13922104471');
    const pressed = dialing.place();
    answers[1]?.resolve(card('13922104471'));
    await pressed;
    expect(stub.argsOf('PlaceCall')).toMatchObject([{ number: '13922104471' }]);
  });

  it('keeps what is typed while the platform answers', async () => {
    const answer = held<Placed>();
    const { dialing } = desk(() => answer.promise);
    dialing.type('13922104471');
    const pressed = dialing.place();
    await vi.advanceTimersByTimeAsync(0);
    dialing.type('1580');
    answer.resolve(ACCEPTED);
    await pressed;
    expect(dialing.text).toBe('1580');
  });

  it('keeps what is half typed while another screen dials', async () => {
    const { dialing } = desk();
    dialing.type('1390000');
    await dialing.lookUp();
    await dialing.call('13922104471');
    expect(dialing.text).toBe('1390000');
  });

  it('dials once when Enter is pressed twice before the number is known', async () => {
    const { dialing, count } = desk();
    dialing.type('13922104471');
    await Promise.all([dialing.place(), dialing.place()]);
    await vi.advanceTimersByTimeAsync(0);
    expect(count('PlaceCall')).toBe(1);
  });

  it('bars the button once it is known that there is no number', async () => {
    const { dialing } = desk();
    expect(dialing.barred).toBe(true);
    dialing.type('139');
    await vi.advanceTimersByTimeAsync(80);
    expect(dialing.barred).toBe(true);
  });

  it('is not ready without a number', async () => {
    const { dialing, count } = desk();
    dialing.type('139');
    await vi.advanceTimersByTimeAsync(80);
    expect(dialing.ready).toBe(false);
    await dialing.place();
    expect(count('PlaceCall')).toBe(0);
  });
});

describe('dialing', () => {
  it('dials nothing before the desk has said where it stands', async () => {
    const stub = stubHost({
      LookUpNumber: ({ text }: { text: string }) => card(text),
      PlaceCall: () => ACCEPTED,
    });
    let open = false;
    const dialing = new Dialing(
      stub.host,
      () => 0,
      () => open,
    );
    dialing.type('13922104471');
    expect(dialing.barred).toBe(true);
    await dialing.place();
    await dialing.call('13922104471');
    expect(stub.count('PlaceCall')).toBe(0);
    open = true;
    expect(dialing.barred).toBe(false);
  });

  it('sends one request however often it is pressed, and is pending meanwhile', async () => {
    const answer = held<Placed>();
    const { dialing, count } = desk(() => answer.promise);
    dialing.type('13922104471');
    await dialing.lookUp();
    const pressed = [dialing.place(), dialing.place(), dialing.place()];
    expect(dialing.placing).toBe(true);
    expect(dialing.ready).toBe(false);
    expect(dialing.attempt).toMatchObject({ placed: null, trouble: null, at: 5_000 });
    answer.resolve(ACCEPTED);
    await Promise.all(pressed);
    expect(count('PlaceCall')).toBe(1);
    expect(dialing.placing).toBe(false);
    expect(dialing.text).toBe('');
  });

  it('lets an answer be taken away though its row is still being read', async () => {
    let calls = 0;
    const row = held<{ row: CallRow }>();
    const stub = stubHost({
      LookUpNumber: ({ text }: { text: string }) => card(text),
      PlaceCall: () => ({ state: 'unknown', call: `call-${++calls}`, message: '' }),
      CallQuery: ({ call }: { call: string }) => (call === 'call-1' ? row.promise : { row: aRow({ call }) }),
    });
    const dialing = new Dialing(stub.host, () => 0);
    await dialing.call('13922104471');
    expect(dialing.placing).toBe(false);
    dialing.dismiss();
    await dialing.call('13800006621');
    await vi.waitFor(() => expect(dialing.attempt?.row).not.toBeNull());
    row.resolve({ row: aRow({ state: 'unknown' }) });
    await new Promise((settled) => setTimeout(settled));
    expect(dialing.attempt).toMatchObject({ number: '13800006621', row: { call: 'call-2' } });
  });

  it('lets an answer be taken away that the row told before the request did, and dials nothing meanwhile', async () => {
    const answer = held<Placed>();
    const { dialing, count } = desk(() => answer.promise);
    const pressed = dialing.call('13922104471');
    const row = aRow({ state: 'sending', tel_b: '13922104471' });
    dialing.hear({ event: 'call_changed', row, today: TODAY });
    dialing.dismiss();
    expect(dialing.attempt).not.toBeNull();
    dialing.hear({ event: 'call_changed', row: { ...row, state: 'unknown' }, today: TODAY });
    dialing.dismiss();
    expect(dialing.attempt).toBeNull();
    await dialing.call('13922104471');
    expect(count('PlaceCall')).toBe(1);
    answer.resolve({ state: 'unknown', call: row.call, message: '' });
    await pressed;
    expect(dialing.attempt).toBeNull();
  });

  it('gives each press a ticket of its own', async () => {
    const refused: Placed = { state: 'refused', call: 'c', code: 2000, message: '', class: 'platform' };
    const { dialing, argsOf } = desk(() => refused);
    await dialing.call('13922104471');
    await dialing.call('13922104471');
    expect(argsOf('PlaceCall')).toEqual([
      { number: '13922104471', ticket: 'ticket-1' },
      { number: '13922104471', ticket: 'ticket-2' },
    ]);
  });

  it('keeps the number when it was not taken', async () => {
    const refused: Placed = { state: 'refused', call: 'c', code: 2000, message: '', class: 'platform' };
    const { dialing } = desk(() => refused);
    dialing.type('13922104471');
    await dialing.place();
    expect(dialing.text).toBe('139 2210 4471');
    expect(dialing.ready).toBe(true);
  });

  it('does not dial again by itself when the host is lost', async () => {
    const { dialing, count } = desk(() => Promise.reject(new TypeError('gone')));
    await dialing.call('13922104471');
    dialing.hear({ event: 'desk_changed' });
    expect(count('PlaceCall')).toBe(1);
    expect(dialing.attempt?.trouble).not.toBeNull();
    expect(dialing.placing).toBe(false);
  });

  it('follows its own call by events, and no other', async () => {
    const { dialing } = desk();
    await dialing.call('13922104471');
    dialing.hear({ event: 'call_changed', row: aRow({ call: 'other', state: 'recorded' }), today: TODAY });
    expect(dialing.attempt?.row?.state).toBe('accepted');
    dialing.hear({
      event: 'call_changed',
      row: aRow({ state: 'recorded', status: 'connected' }),
      today: TODAY,
    });
    expect(dialing.attempt?.row?.status).toBe('connected');
  });
});
