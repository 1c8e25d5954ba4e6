import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [svelte()],
  base: './',
  build: {
    target: ['chrome111', 'safari16.4'],
    // An inlined file would be a data: address, which the content security policy refuses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Screens are read one by one, and their looks at once: nothing is ever drawn without them.
    cssCodeSplit: false,
  },
  // Under vitest the state classes must run as in a browser, not as rendered on a server.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  server: { port: 5173, strictPort: true },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
