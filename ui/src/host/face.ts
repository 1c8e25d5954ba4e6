import type { DeskState, Language, Mode, Theme } from '../wire';

/** What the first frame shows a desk by, as it was when it was last open. */
export interface Face {
  mode: Mode;
  language: Language;
  theme: Theme;
}

const MODES: readonly unknown[] = ['first_run', 'practice', 'live'] satisfies Mode[];
const LANGUAGES: readonly unknown[] = ['system', 'zh', 'en'] satisfies Language[];
const THEMES: readonly unknown[] = ['system', 'light', 'dark'] satisfies Theme[];

/** A face, if it is one: it comes from a file, which may hold anything. */
export function readFace(value: unknown): Face | null {
  if (typeof value !== 'object' || value === null) return null;
  const { mode, language, theme } = value as Record<string, unknown>;
  const known = MODES.includes(mode) && LANGUAGES.includes(language) && THEMES.includes(theme);
  return known ? (value as Face) : null;
}

export function faceOf({ mode, settings }: DeskState): Face {
  return { mode, language: settings.language, theme: settings.theme };
}
