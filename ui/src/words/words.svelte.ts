import type { Language } from '../wire';
import { en } from './en';
import { zh, type Words } from './zh';

export type Tongue = 'zh' | 'en';

/** Which language a choice comes to on a system that prefers `preferred`. */
export function tongueOf(choice: Language, preferred: string): Tongue {
  if (choice !== 'system') return choice;
  return preferred.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

let tongue = $state<Tongue>(tongueOf('system', globalThis.navigator?.language ?? 'zh'));

/** The words of the language in use. Reading it in a component follows a change of language. */
export function t(): Words {
  return tongue === 'zh' ? zh : en;
}

export function speak(choice: Language): void {
  tongue = tongueOf(choice, globalThis.navigator?.language ?? 'zh');
}
