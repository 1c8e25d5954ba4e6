import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: '../node_modules/.vite',
  test: {
    include: ['**/*.test.ts'],
    environment: 'node',
    // A call takes six seconds to ring and to talk; a busy machine may take its time for the rest.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // What is read from a screen is asked for until it is so.
    expect: { poll: { timeout: 30_000 } },
    maxWorkers: 2,
    // For a machine that stalls. What passed at its second try is marked so, and is to be mended; what must
    // never happen says `retry: 0` for itself.
    retry: 1,
  },
});
