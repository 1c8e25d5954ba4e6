import { describe, expect, it } from 'vitest';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openPractice, reach } from './desk';

const browser = aBrowser();
const NUMBER = '13922104471';

describe('what came of a call', () => {
  it.each([
    { locale: 'zh-CN', words: zh },
    { locale: 'en-GB', words: en },
  ] as const)(
    'is asked for when the record arrives, by a digit, and kept ($locale)',
    async ({ locale, words }) => {
      await using desk = await openPractice(browser(), { locale });
      const { at, page } = desk;
      await desk.mutate('AddCustomer', { name: '陈立', company: '远航物流', number: NUMBER });

      // The customer is known as soon as the number is there.
      await at('number-input').fill('+86 139-2210-4471');
      await expect.poll(() => at('who-customer').innerText()).toBe('陈立 · 远航物流');
      await page.keyboard.press('Enter');
      await reach(desk, 'live-card', 'data-state', 'recorded');
      await page.waitForFunction(
        () => document.activeElement?.closest('[data-testid="outcome-keys"]') !== null,
      );
      await page.keyboard.press('2');
      await reach(desk, 'outcome-keys', 'data-outcome', '2');
      await expect.poll(() => at('follow-up').innerText()).toContain(words.outcomes.again('').trim());
      const row = at('today-list').getByRole('option').first();
      await row.getByText(words.outcomes.defaults.later).waitFor();
      await expect.poll(() => row.innerText()).toContain('陈立');

      // It is kept, and found by name, by pinyin and by outcome.
      await page.reload();
      await at('nav-calls').click();
      for (const search of ['yhwl', 'chenli', '远航', '4471']) {
        await at('calls-search').fill(search);
        await reach(desk, 'calls-total', 'data-total', '1');
      }
      await at('calls-search').fill('');
      await at('calls-outcome').selectOption('2');
      await reach(desk, 'calls-total', 'data-total', '1');

      // A digit changes it here too, and both choices are kept.
      await at('call-row').first().click();
      await reach(desk, 'outcome-keys', 'data-outcome', '2');
      await page.keyboard.press('1');
      await reach(desk, 'outcome-keys', 'data-outcome', '1');
      expect(desk.seen.complaints).toEqual([]);
    },
  );

  it('is not chosen by the first digit of the next number', async () => {
    await using desk = await openPractice(browser());
    const { at, page } = desk;
    await desk.dial(NUMBER);
    await reach(desk, 'live-card', 'data-state', 'recorded');
    await page.waitForFunction(
      () => document.activeElement?.closest('[data-testid="outcome-keys"]') !== null,
    );
    await page.keyboard.type('13922100004', { delay: 50 });
    await expect.poll(() => at('number-input').inputValue()).toBe('139 2210 0004');
    await expect.poll(() => at('outcome-keys').getAttribute('data-outcome')).toBe('');
  });

  it('bars a number from every path, and no later outcome frees it', async () => {
    await using desk = await openPractice(browser());
    const { at, page } = desk;
    await desk.dial(NUMBER);
    await reach(desk, 'live-card', 'data-state', 'accepted');
    // Any time before the record, from wherever the keyboard is.
    await page.keyboard.press('Alt+6');
    await reach(desk, 'outcome-keys', 'data-outcome', '6');
    await reach(desk, 'live-card', 'data-state', 'recorded');
    await at('outcome-1').click();
    await reach(desk, 'outcome-keys', 'data-outcome', '1');

    await desk.dial(NUMBER);
    await reach(desk, 'outcome', 'data-kind', 'blocked');
    await expect
      .poll(() => at('outcome').innerText())
      .toContain(zh.answers.rule.do_not_call({} as never).what);
    await at('nav-calls').click();
    await at('call-row').first().click();
    await at('barred').waitFor();
    await at('redial').click();
    await expect.poll(() => at('redial-confirm').isDisabled()).toBe(true);
    await page.keyboard.press('Escape');

    await at('barred-lift').click();
    await expect.poll(() => at('barred-confirm').isDisabled()).toBe(true);
    await at('barred-reason').fill('客户来电要求恢复');
    await at('barred-confirm').click();
    await at('barred').waitFor({ state: 'detached' });
  });

  it('is asked for before the next dial where the settings say so', async () => {
    await using desk = await openPractice(browser());
    const { at } = desk;
    await at('nav-settings').click();
    await at('outcome-required').click();
    await at('nav-dial').click();
    await desk.dial(NUMBER);
    await reach(desk, 'live-card', 'data-state', 'recorded');
    await desk.dial('13922100007');
    await reach(desk, 'outcome', 'data-kind', 'blocked');
    await at('outcome-3').click();
    await at('live-card').waitFor({ state: 'detached' });
    await at('number-input').press('Enter');
    await reach(desk, 'live-card', 'data-state', 'accepted');
  });
});
