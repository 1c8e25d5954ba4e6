import { expect, it } from 'vitest';
import { FIRST_OUTCOMES } from '../host/fake/outcomes';
import { aRow, stubHost } from '../host/stub';
import type { Outcome } from '../wire';
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
