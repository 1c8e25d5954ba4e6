import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';

/** What Chromium is started with in tests. */
export const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Chromium for the tests of one file; `CHROMIUM` names another one than Debian's. */
export function aBrowser(): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
    browser = await chromium.launch({ executablePath, args: FLAGS, headless: true });
  });
  afterAll(() => browser?.close());
  return () => {
    if (!browser) throw new Error('the browser is there within tests only');
    return browser;
  };
}
