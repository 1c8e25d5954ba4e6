import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openPractice, reach } from './desk';

const browser = aBrowser();

it('a digit under a dialog is no outcome, and the dialog is all that Esc takes away', async () => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  await desk.dial('13922104471');
  await reach(desk, 'live-card', 'data-state', 'recorded');
  await at('live-card').getByTestId('number').first().click({ button: 'right' });
  await page.locator('dialog[open]').waitFor();
  await page.keyboard.press('Alt+3');
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  await reach(desk, 'outcome-keys', 'data-outcome', '');

  await at('nav-calls').click();
  await at('call-row').first().click();
  await at('call-detail').waitFor();
  await at('redial').click();
  await page.locator('dialog[open]').waitFor();
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('3');
  await page.keyboard.press('Escape');
  await page.locator('dialog[open]').waitFor({ state: 'detached' });
  await reach(desk, 'outcome-keys', 'data-outcome', '');
});

it('a dialog that asks for something has the keyboard in its first field', async () => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  await at('nav-calls').click();
  await at('log-open').click();
  await at('log-number').waitFor();
  await page.keyboard.type('13922104471');
  await expect.poll(() => at('log-number').inputValue()).toContain('4471');
});

it('every number that practice offers can be dialled', async () => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  const offers = page.locator('.who .chip');
  const count = await offers.count();
  expect(count).toBeGreaterThan(4);
  for (let index = 0; index < count; index++) {
    await offers.nth(index).click();
    await page.locator('[data-testid="dial-button"]:enabled').waitFor();
    expect(await at('lookup-flaw').count()).toBe(0);
    await at('number-input').fill('');
    await offers.first().waitFor();
  }
  // Its own number is none that it calls, and is said to be so before it is dialled.
  await at('number-input').fill('13800006620');
  await reach(desk, 'lookup-flaw', 'data-flaw', 'own_number');
  await expect.poll(() => at('dial-button').isDisabled()).toBe(true);
});
