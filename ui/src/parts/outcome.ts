import type { DoNotCall, OutcomeColour, OutcomeMark } from '../wire';
import { zh } from '../words/zh';
import { veiled } from '../words/veiled.svelte';
import type { Words } from '../words/zh';

type OutcomeWord = keyof Words['outcomes']['defaults'];
const FIRST_WORDS = Object.keys(zh.outcomes.defaults) as OutcomeWord[];

/** The tag's class for an outcome's colour; grey is a tag's own. */
export const outcomeTone: Record<OutcomeColour, string> = {
  jade: 'good',
  amber: 'soft',
  red: 'hard',
  grey: '',
};

/** An outcome's name as it is shown: of those that every desk begins with in the language of the screen. */
export function outcomeName(mark: Pick<OutcomeMark, 'name' | 'word'>, words: Words): string {
  return mark.word ? words.outcomes.defaults[mark.word] : veiled(mark.name);
}

/** A customer in one line: name and company, or whichever is known. */
export function customerLine(who: { name: string; company: string } | null): string {
  return who ? veiled([who.name, who.company].filter((part) => part !== '').join(' · ')) : '';
}

/** Why a number is not to be called; of somebody who was erased nothing else is known. */
export function barredWhy(barred: Pick<DoNotCall, 'reason' | 'source'>, words: Words): string {
  if (barred.source === 'erasure') return words.outcomes.erased;
  const word = barred.source === 'outcome' ? firstWord(barred.reason) : undefined;
  return word ? words.outcomes.defaults[word] : veiled(barred.reason);
}

/** Which of the outcomes that every desk begins with has this name: they are kept in Chinese. */
function firstWord(name: string): OutcomeWord | undefined {
  return FIRST_WORDS.find((word) => zh.outcomes.defaults[word] === name);
}
