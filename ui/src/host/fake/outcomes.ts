import type { Outcome, OutcomeMark, Scripts } from '../../wire';
import type { Part } from './part';
import type { Scene } from './scene';
import { aWish } from './wishes';

/** The outcomes that every desk begins with. */
const ALL: Outcome[] = [
  {
    outcome: 1,
    name: '意向',
    word: 'interested',
    colour: 'jade',
    effect: { does: 'follow_up' },
    archived: false,
  },
  {
    outcome: 2,
    name: '稍后再拨',
    word: 'later',
    colour: 'amber',
    effect: { does: 'again', hours: 2 },
    archived: false,
  },
  {
    outcome: 3,
    name: '无意向',
    word: 'not_interested',
    colour: 'grey',
    effect: { does: 'done' },
    archived: false,
  },
  {
    outcome: 4,
    name: '未接',
    word: 'no_answer',
    colour: 'grey',
    effect: { does: 'again', hours: 2 },
    archived: false,
  },
  {
    outcome: 5,
    name: '空号',
    word: 'dead_number',
    colour: 'grey',
    effect: { does: 'done' },
    archived: false,
  },
  {
    outcome: 6,
    name: '勿扰',
    word: 'do_not_call',
    colour: 'red',
    effect: { does: 'do_not_call' },
    archived: false,
  },
];

/** The same as rows bear them. */
export const FIRST_OUTCOMES: OutcomeMark[] = ALL.map(({ outcome, name, word, colour }) => ({
  outcome,
  name,
  word,
  colour,
}));

export function outcomes(scene: Scene) {
  let all = ALL;
  let required = false;
  let scripts: Scripts = {
    scripts: [
      {
        script: 1,
        name: '冷链询价',
        opening: '您好，我是远航的小王，上个月您问过冷链的价格。',
        questions: [
          { key: 'q1', text: '每月大约多少吨？', choices: [] },
          { key: 'q2', text: '现在用谁的车？', choices: ['自有', '外包', '没有'] },
        ],
      },
    ],
    asked: scene.words.has('script') ? 1 : null,
  };
  const answer = () => ({
    outcomes: [...all].sort((a, b) => Number(a.archived) - Number(b.archived)),
    required,
  });
  const queries = { OutcomesQuery: answer, ScriptsQuery: () => scripts } satisfies Part<'query'>;
  const mutations = {
    SetOutcome: ({ call, outcome }) => {
      const chosen = all.find((one) => one.outcome === outcome) ?? null;
      const hours = chosen?.effect.does === 'again' ? chosen.effect.hours : 0;
      scene.wishes = scene.wishes.filter((wish) => wish.call !== call || wish.kind === 'follow_up');
      if (hours && !scene.wishOf(call)) {
        const number = scene.find(call).tel_b ?? '';
        const due_at = scene.now() + hours * 3_600_000;
        scene.wishes = [...scene.wishes, { ...aWish(scene.now()), number, call, due_at, kind: 'again' }];
      }
      scene.tell({ event: 'follow_ups_changed' });
      const row = { ...scene.find(call), outcome: chosen };
      scene.put(row);
      return row;
    },
    AddOutcome: (one) => {
      all = [...all, { ...one, outcome: all.length + 1, word: null, archived: false }];
      return answer();
    },
    ChangeOutcome: ({ outcome, ...change }) => {
      all = all.map((one) =>
        one.outcome === outcome ? { ...one, ...change, word: change.name ? null : one.word } : one,
      );
      return answer();
    },
    OrderOutcomes: ({ outcomes }) => {
      const place = (one: Outcome) => (outcomes.includes(one.outcome) ? outcomes.indexOf(one.outcome) : 99);
      all = [...all].sort((a, b) => place(a) - place(b));
      return answer();
    },
    RemoveOutcome: ({ outcome }) => {
      all = all.map((one) => (one.outcome === outcome ? { ...one, archived: true } : one));
      return answer();
    },
    RequireOutcome: (request) => {
      required = request.required;
      return answer();
    },
    LiftDoNotCall: () => ({ outcome: 'done' }),
    SetAnswer: ({ key, question, text }) => ({ answers: [{ key, question, text }] }),
    SaveScript: ({ script, ...words }) => {
      const saved = { ...words, script: script ?? scripts.scripts.length + 1 };
      const others = scripts.scripts.filter((one) => one.script !== saved.script);
      return (scripts = { ...scripts, scripts: [...others, saved] });
    },
    RemoveScript: ({ script }) =>
      (scripts = { ...scripts, scripts: scripts.scripts.filter((one) => one.script !== script) }),
    AskScript: ({ script }) => (scripts = { ...scripts, asked: script ?? null }),
  } satisfies Part<'mutate'>;
  return { queries, mutations };
}
