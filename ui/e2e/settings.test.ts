import { expect, it } from 'vitest';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openDesk, openLive, openPractice, reach } from './desk';
import { OWN_NUMBER } from './programs';
import { APP_KEY, APP_SECRET, station } from './station';

const browser = aBrowser();
const NUMBER = '13922104471';

it('finds how the platform wants requests signed, and dials in the dialect that was chosen', async () => {
  await using outside = await station(['--body', 'json', '--digest', 'upper']);
  await using desk = await openLive(browser(), outside);
  const { at } = desk;
  await desk.dial(NUMBER);
  await reach(desk, 'outcome', 'data-kind', 'refused');

  await at('nav-settings').click();
  await at('examine').click();
  await reach(desk, 'finding-platform', 'data-verdict', 'bad');
  const spoken = { body: 'form', timestamp: 'seconds', lower_case: 'keys', digest: 'upper' } as const;
  await expect
    .poll(() => at('finding-platform').innerText())
    .toContain(zh.answers.found.other_dialect({ kind: 'other_dialect', dialect: spoken }));
  await at('dialect-digest').selectOption('upper');
  await at('examine').click();
  await reach(desk, 'finding-platform', 'data-verdict', 'good');

  // How a dial's parameters travel shows in a dial alone, which nothing tries by itself.
  await at('dialect-body').selectOption('json');
  expect(await outside.rings(NUMBER)).toBe(0);
  await at('nav-dial').click();
  await desk.dial(NUMBER);
  await reach(desk, 'live-card', 'data-state', 'accepted');
  expect(await outside.rings(NUMBER)).toBe(1);
});

it('finds a clock that is wrong, and dials by the platform’s all the same', async () => {
  await using outside = await station(['--clock-ahead-ms', '1200000']);
  await using desk = await openLive(browser(), outside);
  const { at } = desk;
  await at('nav-settings').click();
  await at('examine').click();
  await reach(desk, 'finding-clock', 'data-verdict', 'doubtful');
  await at('nav-dial').click();
  await desk.dial(NUMBER);
  await reach(desk, 'live-card', 'data-state', 'accepted');
  expect(await outside.rings(NUMBER)).toBe(1);
});

it('rings the own number that was chosen, and keeps it first', async () => {
  const second = '13900007731';
  await using outside = await station();
  await using desk = await openLive(browser(), outside);
  const { at, page } = desk;
  await desk.mutate('SetAccount', { own_numbers: [OWN_NUMBER, second] });
  await at('from-select').selectOption({ index: 1 });
  await desk.dial(NUMBER);
  await reach(desk, 'live-card', 'data-state', 'accepted');
  const calls = (await (await fetch(`${outside.platformUrl}/sandbox/calls`)).json()) as {
    rings: { tel_a: string; tel_b: string; rings: number }[];
  };
  expect(calls.rings).toMatchObject([{ tel_a: second, tel_b: NUMBER, rings: 1 }]);
  await page.reload();
  await expect.poll(() => at('from-select').inputValue()).toBe('0');
  await expect.poll(() => at('from-select').innerText()).toMatch(/7731[\s\S]*6620/);
});

it('asks before it dials again from the log', async () => {
  await using desk = await openPractice(browser());
  const { at } = desk;
  await desk.dial(NUMBER);
  await reach(desk, 'live-card', 'data-state', 'recorded');
  await desk.mutate('SetGuard', { gap: 15, reason: 'a test waits for it' });
  await at('nav-calls').click();
  await at('call-row').first().click();
  await at('redial').click();
  // What the guard holds back is free by itself once the time is over.
  await expect.poll(() => at('redial-confirm').isDisabled()).toBe(true);
  await expect.poll(() => at('redial-confirm').isEnabled()).toBe(true);
  expect(placed(desk.seen.asked)).toBe(1);
  await at('redial-confirm').click();
  await reach(desk, 'live-card', 'data-state', 'accepted');
  expect(placed(desk.seen.asked)).toBe(2);
});

it('changes language and theme at once, and keeps both', async () => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  await at('nav-settings').click();
  await at('theme-select').selectOption('dark');
  await at('language-select').selectOption('en');
  const shown = () =>
    page.evaluate(() => {
      const { lang, dataset } = document.documentElement;
      return [lang.slice(0, 2), dataset['theme'], getComputedStyle(document.body).colorScheme];
    });
  await expect.poll(shown).toEqual(['en', 'dark', 'dark']);
  await expect.poll(() => at('settings-screen').innerText()).toContain(en.settings.theme);
  await page.reload();
  await expect.poll(shown).toEqual(['en', 'dark', 'dark']);
});

it('says that secrets last for the session where the system keeps none', async () => {
  await using desk = await openDesk(browser());
  const { at } = desk;
  await desk.mutate('SetAccount', { app_key: APP_KEY, app_secret: APP_SECRET, own_numbers: [OWN_NUMBER] });
  await desk.mutate('SetMode', { mode: 'live' });
  await at('nav-settings').click();
  await expect.poll(() => at('settings-account').innerText()).toContain(zh.account.sessionOnly);
});

function placed(asked: string[]): number {
  return asked.filter((name) => name === 'PlaceCall').length;
}
