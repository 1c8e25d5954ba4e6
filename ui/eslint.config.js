import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';

const TAURI_ELSEWHERE = {
  regex: '^@tauri-apps/',
  message: 'Only src/host/tauri.ts knows the desktop window.',
};

const TRANSPORTS = ['fetch', 'EventSource', 'WebSocket', 'XMLHttpRequest'].map((name) => ({
  name,
  message: 'Only src/host/ knows a transport; ask the host.',
}));

const NOTHING_OUT = 'What stands on a page stays there: the extension sends nothing anywhere.';

export default ts.config(
  { ignores: ['dist', 'src/wire.ts'] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    rules: {
      // TypeScript knows the globals; eslint would ask for a list of them.
      'no-undef': 'off',
      // State here is replaced whole, never changed inside: reactive maps would only cost time.
      'svelte/prefer-svelte-reactivity': 'off',
      'no-restricted-imports': ['error', { patterns: [TAURI_ELSEWHERE] }],
    },
  },
  { files: ['src/host/tauri.ts'], rules: { 'no-restricted-imports': 'off' } },
  {
    files: ['src/**'],
    ignores: ['src/host/**'],
    rules: { 'no-restricted-globals': ['error', ...TRANSPORTS] },
  },
  {
    files: ['extension/**'],
    rules: {
      'no-restricted-globals': ['error', ...TRANSPORTS.map(({ name }) => ({ name, message: NOTHING_OUT }))],
    },
  },
  { files: ['**/*.svelte', '**/*.svelte.ts'], languageOptions: { parserOptions: { parser: ts.parser } } },
);
