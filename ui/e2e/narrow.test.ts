import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openPractice, reach } from './desk';

const browser = aBrowser();

it('keeps what is long within a narrow window, where words are long too', async () => {
  await using desk = await openPractice(browser(), { locale: 'en-GB' });
  const { at, page } = desk;
  await page.setViewportSize({ width: 800, height: 560 });

  // A customer's calls, with the longest outcome.
  await desk.mutate('AddCustomer', { name: '陈立', company: '远航物流', number: '13922104471' });
  await desk.dial('13922104471');
  await reach(desk, 'live-step-record', 'data-state', 'done');
  await page.keyboard.press('Alt+3');
  await reach(desk, 'outcome-keys', 'data-outcome', '3');
  await at('nav-customers').click();
  await at('customer-row').first().click();
  await at('customer-call').waitFor();
  const sideways = await at('customer-detail').evaluate((panel) => panel.scrollWidth - panel.clientWidth);
  expect(sideways).toBe(0);

  // A sheet may hold anything.
  const long = '长'.repeat(10_000);
  const buffer = Buffer.from(`姓名,手机号,公司\r\n${long},13922101007,${long}\r\n`);
  await at('nav-lists').click();
  await at('list-import').click();
  await at('import-file').setInputFiles({ name: '名单.csv', mimeType: 'text/csv', buffer });
  await reach(desk, 'import-counts', 'data-counted', 'true');
  await at('import-confirm').click();
  await at('list-start').click();
  await at('lead').waitFor();
  const tall = await at('lead').evaluate((card) => card.getBoundingClientRect().height);
  expect(tall).toBeLessThan(560);
  // The number is never what is cut.
  const number = await at('lead').getByTestId('number').boundingBox();
  expect(number && number.x + number.width).toBeLessThan(800);
  await expect.poll(() => at('lead-dial').isVisible()).toBe(true);
  const tops = ['list-pause', 'list-leads', 'list-export', 'list-settings'].map(
    async (handle) => (await at(handle).boundingBox())?.y,
  );
  expect(new Set(await Promise.all(tops)).size).toBe(1);
  await at('list-leads').click();
  await at('leads').waitFor();
  await expect.poll(() => at('leads').locator('[data-lead]').count()).toBe(1);
  const wide = await at('leads').evaluate((leads) => leads.scrollWidth - leads.clientWidth);
  expect(wide).toBe(0);
});
