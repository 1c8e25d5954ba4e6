import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openLive, reach, type Desk } from './desk';
import { station } from './station';

const browser = aBrowser();
const NUMBER = '13922104471';

it.each([
  { press: 'a double click', dial: (desk: Desk) => desk.at('dial-button').dblclick() },
  { press: 'Enter held down', dial: hold },
  { press: 'a click and Enter at once', dial: clickAndEnter },
])('$press dials once', { retry: 0 }, async ({ dial }) => {
  await using outside = await station();
  await using desk = await openLive(browser(), outside);
  await desk.at('number-input').fill(NUMBER);
  await desk.page.locator('[data-testid="dial-button"]:enabled').waitFor();
  await dial(desk);
  await reach(desk, 'live-card', 'data-state', 'recorded');
  expect(desk.seen.asked.filter((name) => name === 'PlaceCall')).toHaveLength(1);
  expect(await outside.rings(NUMBER)).toBe(1);
  await expect.poll(() => desk.at('today-dialled').innerText()).toBe('1');
});

/** Each further `down` without an `up` is what the keyboard repeats. */
async function hold(desk: Desk): Promise<void> {
  await desk.at('number-input').focus();
  for (let i = 0; i < 12; i++) await desk.page.keyboard.down('Enter');
  await desk.page.keyboard.up('Enter');
}

/** Both within one turn of the page's loop, before any answer can come. */
async function clickAndEnter(desk: Desk): Promise<void> {
  await desk.at('dial-button').evaluate((button) => {
    (button as HTMLButtonElement).click();
    const line = document.querySelector('[data-testid="number-input"]');
    line?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  });
}
