import { expect, it } from 'vitest';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openLive, reach } from './desk';
import { folder, run, runAnyway, start } from './programs';
import { APP_KEY, APP_SECRET, station } from './station';

const browser = aBrowser();
const NUMBER = '13922104471';

it('a dial of the command line is seen on the page, and is not dialled again from there', async () => {
  await using outside = await station();
  await using desk = await openLive(browser(), outside);
  // Without a keyring each program has to be told its secrets.
  const secrets = {
    BOHAO_APP_KEY: APP_KEY,
    BOHAO_APP_SECRET: APP_SECRET,
    BOHAO_PUSH_URL: outside.pushUrl,
  };
  const dialled = JSON.parse(
    await run('cli', ['--data-dir', desk.dir, '--json', 'dial', NUMBER], secrets),
  ) as { call: string; state: string };
  expect(dialled.state).toBe('accepted');

  // The page has heard nothing of it, but its guard looks into the log that both share.
  await run('cli', [
    ...['--data-dir', desk.dir, 'guard', 'set', 'gap=600'],
    ...['--reason', 'twice in a row is once too often'],
  ]);
  await desk.dial(NUMBER);
  await reach(desk, 'outcome', 'data-kind', 'blocked');

  // Its record comes to whoever keeps the data in step, and with it the call to the page.
  await desk.page.locator('[data-testid="today-list"] [role="option"]').first().waitFor();
  await desk.at('nav-calls').click();
  const row = desk.page.locator(`[data-testid="call-row"][data-call="${dialled.call}"]`);
  await row.filter({ hasText: zh.answers.status.connected }).waitFor();
  await row.click();
  await reach(desk, 'recording', 'data-state', 'saved');
  expect(await outside.rings(NUMBER)).toBe(1);

  // And the other way: what the page dials, the command line lists.
  await desk.at('nav-dial').click();
  await desk.dial('13922100001');
  await reach(desk, 'live-card', 'data-state', 'recorded');
  const calls = JSON.parse(await run('cli', ['--data-dir', desk.dir, '--json', 'calls'])) as {
    tel_b: string;
    status: string;
  }[];
  expect(calls.map(({ tel_b, status }) => [tel_b, status])).toEqual([
    ['13922100001', 'not_connected'],
    [NUMBER, 'connected'],
  ]);
});

it('a second server on the same data says so and leaves the first alone', async () => {
  await using place = await folder();
  const first = await start('cli', ['--data-dir', place.path, 'serve']);
  const second = await runAnyway('cli', ['--data-dir', place.path, '--json', 'serve']);
  expect(second.code).toBe(1);
  expect(JSON.parse(second.stdout)).toMatchObject({ code: 'in_use' });
  const page = await browser().newPage();
  await page.goto(first.line.replace(/^open /, ''));
  await page.getByTestId('first-run').waitFor();
  await page.close();
  await first.end();
});
