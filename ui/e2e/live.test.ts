import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openDesk, reach } from './desk';
import { OWN_NUMBER } from './programs';
import { APP_KEY, APP_SECRET, station, type Station } from './station';

const browser = aBrowser();

it('goes from a pairing link to a recording, and no secret is seen again', { retry: 0 }, async () => {
  await using outside = await station();
  await using desk = await openDesk(browser(), { env: { BOHAO_LOG: 'trace' } });
  const { at, page } = desk;

  await at('first-run-pair').click();
  await at('pairing-input').fill(outside.pairing);
  await at('pairing-read').click();
  await expect.poll(() => at('pairing-ask').innerText()).toContain(new URL(outside.relayUrl).host);
  await at('pairing-confirm').click();
  await at('app-key-input').fill(APP_KEY);
  await at('app-secret-input').fill(APP_SECRET);
  await at('own-number-input').fill(`+86 ${OWN_NUMBER}`);
  await at('account-save').click();
  await reach(desk, 'sync-state', 'data-phase', 'live');

  await at('nav-settings').click();
  await reach(desk, 'secret-app_key', 'data-origin', 'session');
  await reach(desk, 'secret-app_secret', 'data-origin', 'session');
  for (const index of [0, 1]) {
    const saved = page.waitForResponse((answer) => answer.request().postData()?.includes('_url') ?? false);
    const address = at('settings-advanced').locator('input[type=url]').nth(index);
    await address.fill(outside.platformUrl);
    await address.press('Tab');
    expect((await saved).status()).toBe(200);
  }
  await at('examine').click();
  await reach(desk, 'finding-platform', 'data-verdict', 'good');
  await reach(desk, 'finding-relay', 'data-verdict', 'good');
  expect(await outside.rings('13922104471')).toBe(0);

  await at('nav-dial').click();
  await desk.dial('13922104471');
  await reach(desk, 'live-card', 'data-state', 'recorded');
  await reach(desk, 'live-step-recording', 'data-state', 'done');
  expect(await outside.rings('13922104471')).toBe(1);
  await page.reload();
  await at('today-list').getByRole('option').first().click();
  await reach(desk, 'recording', 'data-state', 'saved');
  await at('nav-settings').click();
  await at('settings-account').waitFor();

  const page_ = await page.evaluate(() => ({
    html: document.documentElement.outerHTML,
    values: [...document.querySelectorAll('input, textarea')].map(
      (field) => (field as HTMLInputElement).value,
    ),
    kept: [Object.entries(localStorage), Object.entries(sessionStorage), document.cookie],
  }));
  const told = await desk.seen.told();
  // What is searched is what was really said.
  expect(told).toContain('13922104471');
  expect(desk.server.log()).not.toBe('');
  for (const [name, secret] of secrets(outside)) {
    expect(JSON.stringify(page_).includes(secret), `${name} on the page`).toBe(false);
    expect(told.includes(secret), `${name} in an answer`).toBe(false);
    expect(desk.server.log().includes(secret), `${name} in the log`).toBe(false);
    expect(await filesWith(desk.dir, secret), `${name} in a file`).toEqual([]);
  }
  expect(desk.seen.complaints).toEqual([]);
});

function secrets(outside: Station): [string, string][] {
  const pushToken = new URL(outside.pushUrl).pathname.split('/').at(-1) ?? '';
  expect(pushToken.length).toBeGreaterThan(20);
  return [
    ['appKey', APP_KEY],
    ['appSecret', APP_SECRET],
    ['read token', outside.readToken],
    ['push token', pushToken],
  ];
}

async function filesWith(dir: string, secret: string): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(paths.length).toBeGreaterThan(0);
  const holds = await Promise.all(paths.map(async (path) => (await readFile(path)).includes(secret)));
  return paths.filter((_, index) => holds[index]);
}
