import { expect, it, vi } from 'vitest';
import { held, stubHost } from '../host/stub';
import { Trouble } from '../host/trouble';
import type { Mark } from '../wire';
import { Marks } from './marks.svelte';

/** A desk that keeps marks. */
function setUp(replies: object = {}) {
  let list: Mark[] = [{ mark: 7, at_ms: 4000, note: '报价' }];
  const answer = () => ({ marks: [...list].sort((a, b) => a.at_ms - b.at_ms) });
  const stub = stubHost({
    MarksQuery: answer,
    AddMark: ({ at_ms, note }: { at_ms: number; note: string }) => {
      list = [...list, { mark: 8 + list.length, at_ms, note }];
      return answer();
    },
    RemoveMark: ({ mark }: { mark: number }) => {
      list = list.filter((one) => one.mark !== mark);
      return answer();
    },
    ChangeMark: answer,
    ...replies,
  });
  return { marks: new Marks(stub.host), ...stub };
}

/** The mark that is nearest to the beginning. */
function first({ list }: Marks): Mark {
  const [mark] = list;
  if (!mark) throw new Error('there is no mark');
  return mark;
}

it('sets a mark where one listens, in its place among the others, and waits for its note', async () => {
  const { marks } = setUp();
  await marks.open('c');
  await marks.add(1.5);
  expect(marks.list.map((one) => one.at_ms)).toEqual([1500, 4000]);
  expect(marks.fresh).toBe(marks.list[0]?.mark);
});

it('saves a note as it is typed, and what is typed outlives other changes', async () => {
  vi.useFakeTimers();
  const { marks, argsOf } = setUp();
  await marks.open('c');
  const draft = marks.draft(first(marks));
  draft.write('要含');
  await marks.add(9);
  expect(marks.draft(first(marks)).text).toBe('要含');
  draft.write('要含卸货');
  await vi.advanceTimersByTimeAsync(700);
  expect(argsOf('ChangeMark')).toEqual([{ mark: 7, note: '要含卸货' }]);
  expect(draft.state).toBe('saved');
  vi.useRealTimers();
});

it('saves an unfinished note when it turns to another call', async () => {
  const { marks, argsOf } = setUp();
  await marks.open('c');
  marks.draft(first(marks)).write('周四');
  await marks.open('d');
  expect(argsOf('ChangeMark')).toEqual([{ mark: 7, note: '周四' }]);
});

it('removes a mark, and sets it again with its note when one changes one’s mind', async () => {
  const { marks } = setUp();
  await marks.open('c');
  marks.draft(first(marks)).write('新备注');
  await marks.remove(first(marks));
  expect([marks.list, marks.removed?.note]).toEqual([[], '新备注']);
  await marks.undo();
  expect(marks.list.map(({ at_ms, note }) => [at_ms, note])).toEqual([[4000, '新备注']]);
  expect([marks.removed, marks.fresh]).toEqual([null, null]);
});

it('shows no marks of the call that was left', async () => {
  const late = held<{ marks: Mark[] }>();
  const { marks } = setUp({
    MarksQuery: ({ call }: { call: string }) => (call === 'c' ? late.promise : { marks: [] }),
  });
  const opening = marks.open('c');
  await marks.open('d');
  late.resolve({ marks: [{ mark: 1, at_ms: 1, note: '' }] });
  await opening;
  expect(marks.list).toEqual([]);
});

it('keeps its list when a mark can not be set or removed, and says why', async () => {
  const full = () => Promise.reject(new Trouble('disk_full'));
  const { marks } = setUp({ AddMark: full, RemoveMark: full });
  await marks.open('c');
  await marks.add(2);
  expect([marks.trouble?.code, marks.list.length, marks.fresh]).toEqual(['disk_full', 1, null]);
  await marks.remove(first(marks));
  expect([marks.list.length, marks.removed]).toEqual([1, null]);
});
