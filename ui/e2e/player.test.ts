import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openLive, openPractice, reach, type Desk } from './desk';
import { station } from './station';

const browser = aBrowser();
const AMR = resolve(import.meta.dirname, '../../crates/engine/src/audio/fixtures/call.amr');

it('is played, marked and left for the next one by keyboard alone', async () => {
  await using desk = await openPractice(browser());
  const { at, page } = desk;
  for (const number of ['13922104471', '13922104482']) {
    await desk.dial(number);
    await reach(desk, 'live-step-recording', 'data-state', 'done');
  }
  await at('nav-calls').click();
  await at('call-row').first().click();
  await reach(desk, 'recording', 'data-state', 'saved');
  const newest = await at('call-detail').getAttribute('data-call');

  await page.keyboard.press('Space');
  await reach(desk, 'player-play', 'data-playing', 'true');
  await page.keyboard.press('Space');
  await reach(desk, 'player-play', 'data-playing', 'false');
  await at('player-wave').press('Home');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowRight');
  await reach(desk, 'player-wave', 'aria-valuenow', '2');
  await expect.poll(() => at('player-time').innerText()).toMatch(/^0:02 \//);
  await expect.poll(() => at('player-wave').getAttribute('aria-valuetext')).toMatch(/^0:02，共 0:0\d$/);

  // The note of a new mark takes the keyboard, and gives it back.
  await page.keyboard.press('m');
  await reach(desk, 'mark', 'data-at', '2000');
  await page.keyboard.type('nm 报价');
  await page.keyboard.press('Enter');
  await reach(desk, 'mark-note', 'data-state', 'saved');
  await page.keyboard.press('n');
  await at('call-detail')
    .and(page.locator(`:not([data-call="${newest}"])`))
    .waitFor();
  await at('mark').waitFor({ state: 'detached' });
  await page.keyboard.press('n');
  await at('player-end').waitFor();
  await page.keyboard.press('p');
  await reach(desk, 'call-detail', 'data-call', newest ?? '');
  await reach(desk, 'mark', 'data-at', '2000');
  expect(await at('mark-note').inputValue()).toBe('nm 报价');

  await page.keyboard.press(']');
  await page.keyboard.press(']');
  await at('player-skip').click();
  await page.reload();
  await at('nav-calls').click();
  await at('call-row').first().click();
  await reach(desk, 'player-skip', 'aria-pressed', 'true');
  expect(await at('player-speed').inputValue()).toBe('1.5');
  await at('mark-jump').click();
  await reach(desk, 'player-wave', 'aria-valuenow', '2');
  await at('mark-remove').click();
  await at('mark').waitFor({ state: 'detached' });
  await at('mark-undo').click();
  await reach(desk, 'mark', 'data-at', '2000');
  expect(await at('mark-note').inputValue()).toBe('nm 报价');
  expect(desk.seen.complaints).toEqual([]);
});

it('hears AMR, which no browser plays, and is told what Bohao can not decode', async () => {
  await using outside = await station();
  await using amr = await telephone(await readFile(AMR));
  await using desk = await openLive(browser(), outside);
  await desk.mutate('ChangeSettings', { recording_url: amr.url });
  await record(desk, '13922104471');

  await desk.at('player-play').click();
  await reach(desk, 'player-play', 'data-playing', 'true');
  // Two seconds and a half were known from the frames alone, and are what is heard.
  await expect.poll(() => desk.at('player-time').innerText()).toMatch(/ 0:02$/);
  await desk.page
    .getByTestId('player-time')
    .filter({ hasText: /^0:0[12]/ })
    .waitFor();
  await expect.poll(() => desk.at('player-missing').count()).toBe(0);

  // What has the mark of Ogg and nothing else of it can be played by nobody.
  await using broken = await telephone(Buffer.concat([Buffer.from('OggS'), Buffer.alloc(2000, 7)]));
  await desk.mutate('ChangeSettings', { recording_url: broken.url });
  await record(desk, '13922104482');
  await desk.at('player-play').click();
  await reach(desk, 'player-missing', 'data-what', 'decoder');
});

async function record(desk: Desk, number: string): Promise<void> {
  await desk.at('nav-dial').click();
  await desk.dial(number);
  await reach(desk, 'live-step-recording', 'data-state', 'done');
  await desk.at('today-list').getByRole('option').first().click();
  await reach(desk, 'recording', 'data-state', 'saved');
}

/** A platform that keeps this recording of every call. */
async function telephone(recording: Buffer) {
  const server = createServer((_, answer) => answer.end(recording));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
