import { readFile } from 'node:fs/promises';
import axe from 'axe-core';
import { describe, expect, it } from 'vitest';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openPractice, reach, type Desk } from './desk';

const browser = aBrowser();

/** Two that are connected, one that is not, and one that fails. */
const DAY = ['13922104471', '13922104472', '13922100001', '13922100007'];

describe('a day of calls', () => {
  it.each([
    { locale: 'zh-CN', words: zh },
    { locale: 'en-GB', words: en },
  ] as const)('adds up in its report ($locale)', async ({ locale, words }) => {
    await using desk = await openPractice(browser(), { locale, reducedMotion: 'reduce' });
    const { at, page } = desk;
    const figure = (name: string) => at(`report-figure-${name}`).innerText();

    await page.keyboard.press('Control+6');
    await at('report-period').waitFor();
    await page.getByText(words.reports.empty).waitFor();
    await at('nav-dial').click();

    for (const number of DAY) {
      await desk.dial(number);
      await reach(desk, 'live-card', 'data-state', 'accepted');
      await reach(desk, 'live-card', 'data-state', 'recorded');
    }
    await page.keyboard.press('Alt+1');
    await reach(desk, 'outcome-keys', 'data-outcome', '1');
    await desk.dial('13922100004');
    await reach(desk, 'outcome', 'data-kind', 'refused');
    const talked = await at('today-talked').innerText();
    await expect.poll(() => at('today-dialled').innerText()).toBe('4');

    await at('nav-reports').click();
    await at('report-today').click();
    await page.waitForFunction(
      () => document.querySelector('[data-testid="report-figure-dialled"]')?.textContent === '4',
    );
    await expect.poll(() => figure('connected')).toBe('2');
    await expect.poll(() => figure('rate')).toBe('50%');
    await expect.poll(() => figure('talked')).toBe(talked);
    await expect.poll(() => figure('minutes')).toBe('2');
    const refused = await at('report-reasons').innerText();
    expect(refused).toContain(`${words.reports.refused} · 9001`);
    expect(refused).toContain(words.answers.status.not_connected);
    await expect.poll(() => at('report-outcomes').innerText()).toContain(words.outcomes.defaults.interested);
    await expect.poll(() => at('report-own-numbers').innerText()).not.toContain('13800');

    // The chart is gone through by the keyboard, and says the same as its table.
    const chart = at('report-bars').getByRole('listbox');
    await chart.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    const spoken = at('report-bars').locator('[aria-selected="true"]');
    await expect
      .poll(() => at('report-bars').locator('p').innerText())
      .toBe(await spoken.getAttribute('aria-label'));
    await at('report-bars-table').click();
    const rows = at('report-bars').getByRole('row');
    const dialled = await rows.evaluateAll((all) =>
      all.slice(1).reduce((sum, row) => sum + Number(row.children[1]?.textContent), 0),
    );
    expect(dialled).toBe(4);
    await at('report-bars-table').click();

    expect(await downloaded(desk, 'report-export')).toMatch(/^PK/);
    expect(await downloaded(desk, 'report-picture')).toMatch(/^.PNG/);
    await fits(desk);
    await examine(desk);

    // Other days have none of it.
    await at('report-yesterday').click();
    await page.getByText(words.reports.empty).waitFor();
    await at('report-chosen').click();
    await at('report-chosen-from').fill('2020-01-01');
    await at('report-chosen-to').fill('2099-12-31');
    await reach(desk, 'report-period', 'data-to', '2099-12-31');
    await expect.poll(() => figure('dialled')).toBe('4');
    expect(desk.seen.complaints).toEqual([]);
  });
});

async function downloaded({ at, page }: Desk, handle: string): Promise<string> {
  const downloading = page.waitForEvent('download');
  await at(handle).click();
  const bytes = await readFile(await (await downloading).path());
  return bytes.subarray(0, 8).toString('latin1');
}

/** Nothing is cut off to the right once the charts have their width, in a wide window and in a narrow one. */
async function fits({ page }: Desk): Promise<void> {
  for (const width of [1180, 800]) {
    await page.setViewportSize({ width, height: 740 });
    await page.waitForFunction(() => {
      const main = document.querySelector('main');
      return main !== null && main.scrollWidth <= main.clientWidth;
    });
  }
}

async function examine({ page }: Desk): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(
      grave.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.failureSummary).join('; ')}`),
      colorScheme,
    ).toEqual([]);
  }
}
