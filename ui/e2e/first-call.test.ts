import { open } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openPractice, reach } from './desk';

const browser = aBrowser();

describe('a newcomer practises', () => {
  it.each([
    { locale: 'zh-CN', words: zh },
    { locale: 'en-GB', words: en },
  ] as const)('from the first run to a saved recording ($locale)', async ({ locale, words }) => {
    const connected = words.answers.status.connected;
    await using desk = await openPractice(browser(), { locale });
    const { at, page } = desk;
    expect(await page.locator('html').getAttribute('lang')).toBe(words.tag);

    await page.keyboard.type('139 2210 4471');
    await page.keyboard.press('Enter');
    await reach(desk, 'live-card', 'data-state', 'accepted');
    // Nothing is called connected before the record says so.
    await expect.poll(() => at('live-card').innerText()).not.toContain(connected);
    await expect.poll(() => at('live-step-pickup').getAttribute('data-state')).toBe('doing');

    await reach(desk, 'live-card', 'data-state', 'recorded');
    await expect.poll(() => at('live-step-record').innerText()).toContain(connected);
    await reach(desk, 'live-step-recording', 'data-state', 'done');
    await expect.poll(() => at('live-step-recording').innerText()).toContain(words.live.recordingSaved);
    await expect.poll(() => at('today-dialled').innerText()).toBe('1');
    await expect.poll(() => at('today-connected').innerText()).toBe('1');

    await at('today-list').getByRole('option').first().click();
    await reach(desk, 'recording', 'data-state', 'saved');
    // Its length is known before it plays.
    await expect.poll(() => at('player-time').innerText()).toMatch(/^0:00 \/ 0:0[3-9]$/);
    await at('player-play').click();
    await page
      .getByTestId('player-time')
      .filter({ hasText: /^0:0[1-9]/ })
      .waitFor();

    const downloading = page.waitForEvent('download');
    await at('recording-save').click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/\.wav$/);
    expect(await firstBytes(await download.path())).toBe('RIFF');
    expect(desk.seen.complaints).toEqual([]);
  });
});

async function firstBytes(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1');
  } finally {
    await file.close();
  }
}
