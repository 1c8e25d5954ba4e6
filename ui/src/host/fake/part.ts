import type { MutationMap, QueryMap, TriggerMap } from '../../wire';

interface Maps {
  query: QueryMap;
  mutate: MutationMap;
  trigger: TriggerMap;
}

/** Answers to all requests of a verb. */
export type Whole<Verb extends keyof Maps> = {
  [Name in keyof Maps[Verb]]: Maps[Verb][Name] extends { args: infer Args; answer: infer Answer }
    ? (args: Args) => Answer | Promise<Answer>
    : never;
};

/** Answers to some of them, as one file of this folder gives them. */
export type Part<Verb extends keyof Maps> = Partial<Whole<Verb>>;

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
