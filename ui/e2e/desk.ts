import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { MutationMap } from '../src/wire';
import { folder, OWN_NUMBER, run, start, type Program } from './programs';
import { APP_KEY, APP_SECRET, type Station } from './station';
import { watch, type Watch } from './watch';

export interface Setting extends BrowserContextOptions {
  /** The language of the browser, and so of the page until it is chosen. */
  locale?: 'zh-CN' | 'en-GB';
  args?: string[];
  env?: NodeJS.ProcessEnv;
  /** Puts data into the folder before anything else is done with it. */
  prepare?: (dir: string) => Promise<void>;
}

/** `bohao-cli serve` with data of its own, and its page in a browser. */
export interface Desk extends AsyncDisposable {
  page: Page;
  dir: string;
  server: Program;
  /** Where it serves, without the token. */
  origin: string;
  seen: Watch;
  /** The element of a test's handle. */
  at(handle: string): ReturnType<Page['getByTestId']>;
  /** Asks the server what the page could ask. */
  mutate<N extends keyof MutationMap>(name: N, args: MutationMap[N]['args']): Promise<void>;
  /** Types a number and presses Enter. */
  dial(number: string): Promise<void>;
}

export async function openDesk(browser: Browser, setting: Setting = {}): Promise<Desk> {
  const { args = [], env = {}, locale = 'zh-CN', prepare, ...more } = setting;
  const place = await folder();
  await prepare?.(place.path);
  // Calls may be placed at any hour of the day that a test happens to run at.
  await run('cli', [
    ...['--data-dir', place.path, 'guard', 'set', 'hours=00:00-24:00', 'gap=0'],
    ...['--reason', 'a test dials at any hour'],
  ]);
  const server = await start('cli', ['--data-dir', place.path, 'serve', ...args], env);
  const address = new URL(server.line.replace(/^open /, ''));
  const context = await browser.newContext({ locale, viewport: { width: 1180, height: 740 }, ...more });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const seen = await watch(page);
  await page.goto(address.href);
  const at = (handle: string) => page.getByTestId(handle);
  return {
    page,
    dir: place.path,
    server,
    origin: address.origin,
    seen,
    at,
    async mutate(name, args) {
      const status = await page.evaluate(
        async (request) => {
          const headers = { 'content-type': 'application/json' };
          return (await fetch('/api/mutate', { method: 'POST', headers, body: JSON.stringify(request) }))
            .status;
        },
        { name, args } as { name: string; args: object },
      );
      expect(status, name).toBe(200);
    },
    async dial(number) {
      await at('number-input').fill(number);
      await at('number-input').press('Enter');
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await server.end();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** A desk in practice, entered as a newcomer does. */
export async function openPractice(browser: Browser, setting: Setting = {}): Promise<Desk> {
  const desk = await openDesk(browser, setting);
  await desk.at('first-run-practice').click();
  await desk.at('practice-strip').waitFor();
  return desk;
}

/** A desk with an account on the station, set up without a hand on the page. */
export async function openLive(browser: Browser, station: Station, setting: Setting = {}): Promise<Desk> {
  const desk = await openDesk(browser, setting);
  await desk.at('first-run').waitFor();
  await setUp(desk, station);
  return desk;
}

/** Gives a desk its account and its relay, and goes live. */
export async function setUp(desk: Desk, station: Station): Promise<void> {
  const account = { app_key: APP_KEY, app_secret: APP_SECRET, own_numbers: [OWN_NUMBER] };
  await desk.mutate('SetAccount', account);
  await desk.mutate('Pair', { link: station.pairing });
  await desk.mutate('ChangeSettings', { call_url: station.platformUrl, recording_url: station.platformUrl });
  await desk.mutate('SetMode', { mode: 'live' });
  await reach(desk, 'sync-state', 'data-phase', 'live');
}

/** Waits until an element says so itself; if it never does, the fault tells what the page shows instead. */
export async function reach(desk: Desk, handle: string, attribute: string, value: string): Promise<void> {
  try {
    await desk.page.locator(`[data-testid="${handle}"][${attribute}="${value}"]`).waitFor();
  } catch (thrown) {
    const shown = await desk.page.locator('body').innerText();
    throw new Error(`${shown}\n${JSON.stringify(desk.seen)}`, { cause: thrown });
  }
}
