import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openPractice, reach, type Desk } from './desk';

const browser = aBrowser();

it.each([
  { width: 1180, height: 740 },
  { width: 960, height: 600 },
  { width: 800, height: 560 },
])('text twice as large cuts nothing off in a window of $width × $height', async ({ width, height }) => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  await desk.dial('13922104471');
  await reach(desk, 'live-step-recording', 'data-state', 'done');
  await page.evaluate(() => (document.documentElement.style.fontSize = '200%'));
  await page.setViewportSize({ width, height });
  await desk.at('number-input').fill('13922104471');
  await page.locator('[data-testid="dial-button"]:enabled').waitFor();
  expect(await beyond(desk), 'dial').toEqual([]);
  // The whole way can be reached, too: what lies below is scrolled to.
  await at('today-list').scrollIntoViewIfNeeded();
  expect(await at('today-list').evaluate((list) => list.getBoundingClientRect().height > 60)).toBe(true);
  await at('nav-calls').click();
  expect(await beyond(desk), 'calls').toEqual([]);
  await at('call-row').first().click();
  await reach(desk, 'recording', 'data-state', 'saved');
  expect(await beyond(desk), 'detail').toEqual([]);
  await page.keyboard.press('Escape');
  await at('nav-settings').click();
  await at('theme-select').waitFor();
  expect(await beyond(desk), 'settings').toEqual([]);
});

/** What one could read if it did not lie beyond the right edge, where nobody can scroll to. */
function beyond({ page }: Desk): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('#app *')]
      .filter((element) => element.children.length === 0 && element.textContent?.trim())
      .filter((element) => !element.closest('.unseen'))
      .filter((element) => {
        const { right, width, height } = element.getBoundingClientRect();
        return width > 1 && height > 1 && right > window.innerWidth + 1;
      })
      .map((element) => `${element.className}: ${element.textContent}`),
  );
}
