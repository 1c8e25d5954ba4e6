import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openPractice, reach } from './desk';

const browser = aBrowser();
const NUMBER = '13922104471';
const HOUR = 3_600_000;
/** Until something is due that is agreed on now: long enough for a slow machine to agree on it. */
const SOON = 3_000;

it.each([
  { locale: 'zh-CN', words: zh, said: '明天下午三点半', either: '后天三点', own: '三天后上午九点' },
  {
    locale: 'en-GB',
    words: en,
    said: 'tomorrow 3:30pm',
    either: 'day after tomorrow 3:00',
    own: 'in 3 days 9am',
  },
] as const)(
  'is agreed on at a call’s end, told of at its time, put off, done and had back ($locale)',
  async ({ locale, words, said, either, own }) => {
    await using desk = await openPractice(browser(), { locale });
    const { at, page } = desk;
    await desk.mutate('SetGuard', { gap: 0, reason: 'a test calls one number twice' });
    await desk.mutate('AddCustomer', { name: '陈立', company: '远航物流', number: NUMBER });

    // The outcome asks for a time; what it means is shown before it is taken.
    await desk.dial(NUMBER);
    await reach(desk, 'live-card', 'data-state', 'recorded');
    await at('outcome-1').click();
    await at('follow-up-at').fill('soon');
    await reach(desk, 'follow-up-read', 'data-flaw', 'unknown');
    await expect.poll(() => at('follow-up-set').isDisabled()).toBe(true);
    await at('follow-up-at').fill(either);
    await at('follow-up-choice').nth(1).waitFor();
    await expect.poll(() => at('follow-up-choice').first().innerText()).toContain('15:00');
    await at('follow-up-at').fill(said);
    await page.locator('[data-testid="follow-up-read"][data-at]').waitFor();
    await expect.poll(() => at('follow-up-read').innerText()).toContain('15:30');
    await at('follow-up-why').fill('报价');
    await at('follow-up-set').click();
    await at('follow-up').waitFor();
    await expect.poll(() => at('follow-up').innerText()).toContain('15:30');
    await expect.poll(() => at('follow-up').innerText()).toContain('报价');

    // The screen has it, by keyboard.
    await page.keyboard.press('Control+5');
    await page.locator('[data-testid="follow-up-rows"]:focus').waitFor();
    await page.keyboard.press('ArrowDown');
    await at('follow-up-dial').waitFor();
    await at('section-next').waitFor();
    await expect.poll(() => at('follow-up-row').innerText()).not.toContain(NUMBER);
    await page.keyboard.press('d');
    await at('section-done').waitFor();
    await page.keyboard.press('Control+z');
    await at('section-next').waitFor();
    await at('follow-up-drop').click();
    await at('follow-up-row').waitFor({ state: 'detached' });
    await at('follow-up-undo').click();
    await at('section-next').waitFor();
    await at('snooze-own').click();
    await at('follow-up-at').fill(own);
    await page.locator('[data-testid="follow-up-read"][data-at]').waitFor();
    await at('follow-up-at').press('Enter');
    await at('follow-up-at').waitFor({ state: 'detached' });
    await at('follow-up-detail').getByText('09:00').waitFor();
    await at('snooze-hour').click();
    // It was put off, and hands the choice on.
    await page.locator('[data-testid="follow-up-detail"]:not([data-due])').waitFor();
    await at('follow-up-row').click();
    const due = async () => Number(await at('follow-up-detail').getAttribute('data-due'));
    await expect.poll(async () => Math.abs((await due()) - Date.now() - HOUR)).toBeLessThan(HOUR / 2);

    // A calendar file holds it, without the number.
    const downloaded = page.waitForEvent('download');
    await at('follow-ups-export').click();
    await at('calendar-go').click();
    const calendar = await readFile(await (await downloaded).path(), 'utf8');
    expect(calendar).toContain('BEGIN:VEVENT');
    expect(calendar).toContain('陈立');
    expect(calendar).not.toContain(NUMBER);
    await page.keyboard.press('Escape');

    // At its time it is told of, and nothing is dialled before Enter.
    await at('nav-dial').click();
    await desk.mutate('AddFollowUp', { number: NUMBER, at: Date.now() + SOON, why: '合同' });
    await reach(desk, 'due-strip', 'data-due', '1');
    await expect
      .poll(() => at('due-strip').innerText())
      .toContain(words.followUps.stripOne('陈立 · 远航物流'));
    await reach(desk, 'nav-due', 'data-due', '1');
    await at('due-dial').click();
    await at('due-strip').waitFor({ state: 'detached' });
    await at('who-customer').waitFor();
    expect(await at('number-input').inputValue()).toBe('139 •••• 4471');
    await expect.poll(() => at('today-dialled').innerText()).toBe('1');
    await at('number-input').press('Enter');
    await reach(desk, 'live-card', 'data-state', 'accepted');
    await at('outcome-3').click();
    // Whoever was called at the time is followed up.
    await at('nav-due').waitFor({ state: 'detached' });
    expect(desk.seen.complaints).toEqual([]);
  },
);

it('is agreed on with a customer, and can be put off from the strip', async () => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  await desk.mutate('AddCustomer', { name: '周敏', company: '', number: NUMBER });
  await at('nav-customers').click();
  await at('customer-row').click();
  await at('follow-up-open').click();
  await at('follow-up-at').fill('下周一');
  await page.locator('[data-testid="follow-up-read"][data-at]').waitFor();
  await at('follow-up-at').press('Enter');
  await at('customer-follow-up').waitFor();

  await desk.mutate('AddFollowUp', { number: NUMBER, at: Date.now() + SOON });
  await reach(desk, 'due-strip', 'data-due', '1');
  await at('due-snooze').click();
  await at('due-strip').waitFor({ state: 'detached' });
  await at('nav-due').waitFor({ state: 'detached' });
  expect(desk.seen.complaints).toEqual([]);
});
