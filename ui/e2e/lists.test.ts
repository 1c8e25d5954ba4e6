import { expect, it } from 'vitest';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openPractice, reach, type Desk } from './desk';

const browser = aBrowser();
/** The sixth stands in the sheet twice, and the last has no number. */
const SHEET = [
  '姓名,手机号,公司,城市',
  ...Array.from({ length: 12 }, (_, index) => {
    const number = `1392210${String(1000 + 10 * index + 7)}`;
    return `客户${index + 1},${number},公司${index + 1},杭州`;
  }),
  '客户六,13922101057,,',
  '没有号码,,,',
].join('\r\n');

async function importList({ at }: Desk): Promise<void> {
  await at('nav-lists').click();
  await at('list-import').click();
  const buffer = Buffer.from(SHEET);
  await at('import-file').setInputFiles({ name: '十一月冷链.csv', mimeType: 'text/csv', buffer });
  await at('import-preview').waitFor();
}

it.each([
  { locale: 'zh-CN', words: zh },
  { locale: 'en-GB', words: en },
] as const)('a list is imported and worked by keyboard ($locale)', async ({ locale, words }) => {
  await using desk = await openPractice(browser(), { locale });
  const { at, page } = desk;
  await importList(desk);
  await reach(desk, 'import-counts', 'data-counted', 'true');
  expect(await at('import-count-taken').innerText()).toBe('12');
  expect(await at('import-rejected').innerText()).toContain(words.answers.rowFlaw.repeated);
  expect(await at('list-name').inputValue()).toBe('十一月冷链');
  await at('import-confirm').click();
  await at('list-start').click();
  await at('lead').waitFor();
  // Masked here as everywhere.
  expect(await page.locator('body').innerText()).not.toMatch(/1392210\d{4}/);

  // A countdown that is taken back dials nothing.
  const name = () => at('lead-name').innerText();
  expect(await name()).toContain('客户1');
  await page.keyboard.press('Enter');
  await at('lead-countdown').waitFor();
  await page.keyboard.press('Escape');
  await at('lead-dial').waitFor();
  expect(desk.seen.asked).not.toContain('DialLead');

  // Enter dials, a digit says what came of it, and the next one is shown.
  for (const [turn, outcome] of ['3', '4', '2', '6'].entries()) {
    expect(await name()).toContain(`客户${turn + 1}`);
    await page.keyboard.press('Enter');
    await reach(desk, 'lead', 'data-state', 'called');
    // The stand-in's line is busy until its call is over.
    await reach(desk, 'live-step-record', 'data-state', 'done');
    await page.keyboard.press(outcome);
    await page
      .getByTestId('lead-name')
      .getByText(`客户${turn + 2}`)
      .waitFor();
  }
  await reach(desk, 'list-progress', 'data-touched', '4');

  // Whoever may be followed up stays until a key leads on.
  await page.keyboard.press('Enter');
  await reach(desk, 'lead', 'data-state', 'called');
  await reach(desk, 'live-step-record', 'data-state', 'done');
  await page.keyboard.press('1');
  await at('lead-next').waitFor();
  await page.keyboard.press('Enter');
  await page.getByTestId('lead-name').getByText('客户6').waitFor();

  // Skip, later today, back.
  await page.keyboard.press('s');
  await page.getByTestId('lead-name').getByText('客户7').waitFor();
  await page.keyboard.press('l');
  await page.getByTestId('lead-name').getByText('客户8').waitFor();
  await page.keyboard.press('b');
  await page.getByTestId('lead-name').getByText('客户7').waitFor();

  // A list that rests dials nothing, and is the same after the page was opened anew.
  await page.keyboard.press('p');
  await reach(desk, 'list-pause', 'data-state', 'paused');
  const dials = () => desk.seen.asked.filter((name) => name === 'DialLead').length;
  const before = dials();
  await page.keyboard.press('Enter');
  expect(await at('lead-dial').isDisabled()).toBe(true);
  await page.reload();
  await at('nav-lists').click();
  await at('list-row').click();
  await reach(desk, 'list-progress', 'data-touched', '7');
  await page.keyboard.press('p');
  await reach(desk, 'list-pause', 'data-state', 'open');
  await page.getByTestId('lead-name').getByText('客户8').waitFor();
  await page.keyboard.press('Enter');
  await reach(desk, 'lead', 'data-state', 'called');
  expect(dials()).toBe(before + 1);

  // The log has the calls with their names, and tells the list's from others; so does the report.
  await reach(desk, 'live-step-record', 'data-state', 'done');
  await at('nav-dial').click();
  await desk.dial('13922104471');
  await reach(desk, 'live-card', 'data-state', 'recorded');
  await at('nav-calls').click();
  await at('calls-search').fill('客户4');
  await reach(desk, 'calls-total', 'data-total', '1');
  await at('calls-search').fill('');
  await reach(desk, 'calls-total', 'data-total', '7');
  await at('filters-open').click();
  await at('filter-list').selectOption({ label: '十一月冷链' });
  await page.keyboard.press('Escape');
  await reach(desk, 'calls-total', 'data-total', '6');
  await at('narrowing-list').getByText('十一月冷链').waitFor();
  await at('nav-reports').click();
  await at('report-today').click();
  await at('report-lists')
    .getByRole('row', { name: /十一月冷链 6/ })
    .waitFor();
  expect(desk.seen.complaints).toEqual([]);
});

it('a list has settings of its own, is put in order by hand, archived and removed', async () => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  await importList(desk);
  await at('import-confirm').click();
  await at('list-start').click();
  await at('lead').waitFor();
  await at('list-leads').click();
  await at('leads-search').fill('客户12');
  await reach(desk, 'leads-total', 'data-total', '1');
  await at('leads-search').fill('');
  await reach(desk, 'leads-total', 'data-total', '12');
  await at('lead-first').nth(4).click();
  await at('leads').locator('li').first().getByText('客户5').waitFor();
  await at('leads-close').click();
  await at('list-settings').click();
  await at('list-countdown').selectOption('0');
  await at('list-archive').click();
  await reach(desk, 'list-archive', 'data-state', 'archived');
  await at('list-settings-close').click();
  expect(await at('lead-dial').isDisabled()).toBe(true);
  await at('list-settings').click();
  await at('list-archive').click();
  await reach(desk, 'list-archive', 'data-state', 'open');
  await at('list-settings-close').click();
  // Without a countdown the key dials at once.
  await page.keyboard.press('Enter');
  await reach(desk, 'lead', 'data-state', 'called');
  await at('list-settings').click();
  await at('list-remove').click();
  await at('list-remove-confirm').click();
  await at('list-import').waitFor();
  await at('nav-calls').click();
  await reach(desk, 'calls-total', 'data-total', '1');
  expect(desk.seen.complaints).toEqual([]);
});
