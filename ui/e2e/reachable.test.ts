import axe, { type Result } from 'axe-core';
import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openLive, openPractice, reach, type Desk } from './desk';
import { station } from './station';

const browser = aBrowser();
/** Colours on their way from one to another have no contrast to be measured. */
const STILL = { reducedMotion: 'reduce' } as const;

it('every screen of a newcomer can be reached by everyone, in both themes', async () => {
  await using desk = await openPractice(browser(), STILL);
  const { at, page } = desk;
  await examine(desk, 'dial, empty');
  await desk.dial('13922104471');
  await reach(desk, 'live-card', 'data-state', 'accepted');
  await examine(desk, 'dial, a call under way');
  await reach(desk, 'live-step-recording', 'data-state', 'done');
  await desk.dial('13922100004');
  await reach(desk, 'outcome', 'data-kind', 'refused');
  await examine(desk, 'dial, refused');
  // Rows that hold different things stand in the same columns.
  const times = at('today-list')
    .getByRole('option')
    .getByText(/^\d\d:\d\d$/);
  await expect.poll(() => times.count()).toBeGreaterThan(1);
  const lefts = await times.evaluateAll((cells) => cells.map((cell) => cell.getBoundingClientRect().left));
  expect(new Set(lefts).size).toBe(1);
  await page.setViewportSize({ width: 800, height: 560 });
  await examine(desk, 'dial, narrow');
  // How long they talked is what one looks for: it is never cut off.
  const talked = at('today-list')
    .getByRole('option')
    .last()
    .getByText(/^\d:\d\d$/)
    .locator('..');
  expect(await talked.evaluate((cell) => cell.scrollWidth - cell.clientWidth)).toBe(0);
  await at('nav-calls').click();
  await at('call-row').last().click();
  await reach(desk, 'recording', 'data-state', 'saved');
  await examine(desk, 'calls, narrow');
  await page.setViewportSize({ width: 1180, height: 740 });
  await examine(desk, 'calls');
  await at('redial').click();
  await examine(desk, 'redial');
  await page.keyboard.press('Escape');
  await at('import-open').click();
  await at('import-file').setInputFiles({
    name: 'calls.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('subid,telB,status\n,13922104471,1\n'),
  });
  await at('import-preview').waitFor();
  await examine(desk, 'import');
  await page.keyboard.press('Escape');
  await at('calls-search').fill('nobody');
  await reach(desk, 'calls-total', 'data-total', '0');
  await examine(desk, 'calls, none found');
  await desk.mutate('AddCustomer', { name: '陈立', company: '远航物流', number: '13922104471' });
  await at('nav-customers').click();
  await at('customer-row').first().click();
  await at('customer-history').waitFor();
  await examine(desk, 'customers');
  await at('nav-reports').click();
  await at('report-own-numbers').waitFor();
  await examine(desk, 'reports');
  await at('nav-follow_ups').click();
  await examine(desk, 'follow-ups, empty');
  await desk.mutate('AddFollowUp', { number: '13922104471', at: Date.now() + 3_600_000 });
  await at('follow-up-row').click();
  await at('snooze-own').click();
  await at('follow-up-at').fill('后天三点');
  await at('follow-up-choice').first().waitFor();
  await examine(desk, 'follow-ups');
  await at('nav-lists').click();
  await at('list-import').waitFor();
  await examine(desk, 'lists, empty');
  await at('list-import').click();
  await at('import-file').setInputFiles({
    name: 'leads.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      '姓名,手机号,城市\n孙倩,17722106054,杭州\n郑浩,17722106054,宁波\n何璐,18822100146,绍兴\n',
    ),
  });
  await reach(desk, 'import-counts', 'data-counted', 'true');
  await examine(desk, 'leads, previewed');
  await at('import-confirm').click();
  await at('list-start').click();
  await at('lead').waitFor();
  await examine(desk, 'a list at work');
  await page.setViewportSize({ width: 800, height: 560 });
  await examine(desk, 'a list at work, narrow');
  await page.setViewportSize({ width: 1180, height: 740 });
  await at('list-settings').click();
  await examine(desk, 'list settings');
  await page.keyboard.press('Escape');
  await at('list-leads').click();
  await examine(desk, 'all leads');
  await page.keyboard.press('Escape');
  await at('list-leave').click();
  await at('list-row').waitFor();
  await examine(desk, 'lists');
  await at('nav-settings').click();
  await at('settings-guard').getByRole('spinbutton').first().fill('90');
  await at('examine').click();
  await at('finding-relay').waitFor();
  await examine(desk, 'settings, practice');
  await at('custody-open').click();
  await at('custody-standing').waitFor();
  await examine(desk, 'stored recordings');
  await page.keyboard.press('Escape');
  await at('guard-log-open').click();
  await page.getByRole('dialog').waitFor();
  await examine(desk, 'the log of the guard');
  await page.keyboard.press('Escape');
  await at('dnc-import').click();
  await at('import-file').setInputFiles({
    name: 'numbers.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('号码,原因\n13922104471,来电要求\n139221,\n'),
  });
  await reach(desk, 'import-counts', 'data-counted', 'true');
  await examine(desk, 'numbers not to be called, previewed');
  await page.keyboard.press('Escape');
  await at('practice-off').click();
  await at('first-run').waitFor();
  await examine(desk, 'first run');
  await at('first-run-manual').click();
  await at('app-key-input').waitFor();
  await page.waitForFunction(() => document.activeElement?.matches('[data-testid="app-key-input"]'));
  await examine(desk, 'account');
  await page.keyboard.press('Escape');
  await at('first-run-manual').waitFor();
  expect(desk.seen.complaints).toEqual([]);
});

it('and so can every screen of a desk with an account', async () => {
  await using outside = await station();
  await using desk = await openLive(browser(), outside, STILL);
  const { at, page } = desk;
  await at('nav-calls').click();
  await examine(desk, 'calls, empty');
  await at('nav-settings').click();
  await at('guard-reason').waitFor({ state: 'detached' });
  await examine(desk, 'settings');
  const dialogs = [
    at('secret-app_secret').getByRole('button'),
    at('settings-account').getByRole('button').last(),
    at('settings-relay').getByRole('button').nth(1),
    at('settings-relay').getByRole('button').last(),
  ];
  for (const opener of dialogs) {
    await opener.click();
    await page.getByRole('dialog').waitFor();
    await examine(desk, `dialog of ${await opener.innerText()}`);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  await at('settings-relay').getByRole('button').nth(1).click();
  await at('pairing-input').fill(outside.pairing);
  await at('pairing-read').click();
  await at('pairing-ask').waitFor();
  await examine(desk, 'asking for a pairing');
  await page.keyboard.press('Escape');
  await desk.server.end('SIGKILL');
  await at('offline-bar').waitFor();
  await examine(desk, 'offline');
});

/** No finding that would keep anyone from using it. */
async function examine({ page }: Desk, screen: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, ...STILL });
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(grave.map(told), `${screen}, ${colorScheme}`).toEqual([]);
  }
}

function told({ id, nodes }: Result): string {
  return `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} ${failureSummary}`).join('; ')}`;
}
