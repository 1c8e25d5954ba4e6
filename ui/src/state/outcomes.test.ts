import { expect, it } from 'vitest';
import { FIRST_OUTCOMES } from '../host/fake/outcomes';
import { aRow, held, stubHost } from '../host/stub';
import type { OrderOutcomes, Outcome, RemoveOutcome } from '../wire';
import { Keeping } from './keeping.svelte';
import { Outcomes } from './outcomes.svelte';

function outcome(place: number, change: Partial<Outcome> = {}): Outcome {
  const first = FIRST_OUTCOMES[(place - 1) % FIRST_OUTCOMES.length];
  if (!first) throw new Error('there are six');
  return { ...first, outcome: place, effect: { does: 'done' }, archived: false, ...change };
}

async function known(all: Outcome[]) {
  const stub = stubHost({
    OutcomesQuery: () => ({ outcomes: all, required: true }),
    SetOutcome: () => aRow(),
  });
  const outcomes = new Outcomes(stub.host);
  await outcomes.load();
  return { ...stub, outcomes };
}

const answer = (outcomes: Outcome[]) => ({ outcomes, required: true });

/** Three outcomes on a desk that keeps their order and lets them go. */
async function editing(change: () => unknown = () => answer([])) {
  let all = [1, 2, 3].map((place) => outcome(place));
  const stub = stubHost({
    OutcomesQuery: () => answer(all),
    ChangeOutcome: change,
    AddOutcome: () => answer([...all, outcome(4)]),
    OrderOutcomes: ({ outcomes }: OrderOutcomes) => {
      all = outcomes.map((one) => outcome(one));
      return answer(all);
    },
    RemoveOutcome: (asked: RemoveOutcome) => {
      all = all.filter((one) => one.outcome !== asked.outcome);
      return answer(all);
    },
  });
  const outcomes = new Outcomes(stub.host);
  await outcomes.load();
  const changes = ['ChangeOutcome', 'AddOutcome'];
  return { ...stub, outcomes, asked: () => changes.filter((name) => stub.count(name) === 1) };
}

it('gives the keys 1 to 9 to those that are offered', async () => {
  const all = [
    outcome(1),
    outcome(2, { archived: true }),
    ...Array.from({ length: 9 }, (_, i) => outcome(i + 3)),
  ];
  const { outcomes } = await known(all);
  expect(outcomes.required).toBe(true);
  expect(outcomes.byKey('1')?.outcome).toBe(1);
  expect(outcomes.byKey('2')?.outcome).toBe(3);
  expect(outcomes.byKey('9')?.outcome).toBe(10);
  for (const key of ['0', 'a', '11', 'Enter', '']) expect(outcomes.byKey(key), key).toBe(null);
});

it('has no outcome for a key beyond the last one', async () => {
  const { outcomes } = await known([outcome(1)]);
  expect(outcomes.byKey('2')).toBe(null);
});

it('takes a choice back by choosing nothing', async () => {
  const { outcomes, argsOf } = await known([outcome(1)]);
  await outcomes.choose('call-1', 1);
  await outcomes.choose('call-1', null);
  expect(argsOf('SetOutcome')).toEqual([{ call: 'call-1', outcome: 1 }, { call: 'call-1' }]);
});

it('adds an outcome while a new name of another is on its way', async () => {
  const slow = held<unknown>();
  const { outcomes, asked } = await editing(() => slow.promise);
  const keeping = new Keeping();
  const renamed = keeping.run(() => outcomes.change({ outcome: 1, name: '试用' }), '1,name');
  const added = keeping.run(() => outcomes.add('新结果'));
  slow.resolve(answer([outcome(1, { name: '试用' })]));
  expect(await Promise.all([renamed, added])).toEqual([true, true]);
  expect(asked()).toEqual(['ChangeOutcome', 'AddOutcome']);
});

it('moves from where the move before it led, and not beyond an end', async () => {
  const { outcomes, argsOf } = await editing();
  const keeping = new Keeping();
  await Promise.all([1, 2, 3].map(() => keeping.run(() => outcomes.move(1, 1))));
  expect(argsOf('OrderOutcomes')).toEqual([{ outcomes: [2, 1, 3] }, { outcomes: [2, 3, 1] }]);
});

it('removes once what is asked to go twice, and tells of a refusal', async () => {
  const { outcomes, count } = await editing();
  const keeping = new Keeping();
  await Promise.all([1, 2].map(() => keeping.run(() => outcomes.remove(1))));
  expect([count('RemoveOutcome'), keeping.trouble]).toEqual([1, null]);
  const refused = await editing(() => Promise.reject({ code: 'bad_input', message: '' }));
  expect(await keeping.run(() => refused.outcomes.change({ outcome: 1, name: '' }))).toBe(false);
  expect(keeping.trouble?.code).toBe('bad_input');
});
