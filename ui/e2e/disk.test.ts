import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openDesk, openLive, openPractice, reach, setUp } from './desk';
import { start } from './programs';
import { station } from './station';

const browser = aBrowser();
const command = promisify(execFile);

describe('a damaged database', () => {
  it.each([
    { locale: 'zh-CN', words: zh },
    { locale: 'en-GB', words: en },
  ] as const)('is set aside, and the page says where it lies ($locale)', async ({ locale, words }) => {
    await using desk = await openDesk(browser(), { locale });
    await desk.at('first-run').waitFor();
    await desk.server.end();
    const damage = 'no longer a database';
    await writeFile(join(desk.dir, 'bohao.db'), damage);
    await rm(join(desk.dir, 'bohao.db-wal'), { force: true });

    const next = await start('cli', ['--data-dir', desk.dir, 'serve']);
    await desk.page.goto(next.line.replace(/^open /, ''));
    // It is told before anything is set up anew, since the account is what one will miss first.
    await desk.at('first-run').waitFor();
    const said = await desk.at('notice').innerText();
    const [before = '', after = ''] = words.strip.lost('|', null).split('|');
    const path = said.slice(before.length, said.indexOf(after));
    expect(said).toContain(words.strip.lost(path, null));
    expect(await readFile(path, 'utf8')).toBe(damage);
    await desk.at('notice').getByRole('button').click();
    await desk.at('notice').waitFor({ state: 'detached' });
    await next.end();
  });

  it('is known to have been there, and nobody is dialled until that is acknowledged', async () => {
    await using outside = await station();
    await using desk = await openLive(browser(), outside);
    await desk.mutate('BarNumber', { number: '13922104471', reason: '客户要求不再联系' });
    await desk.server.end();
    // What is left after a power cut.
    await writeFile(join(desk.dir, 'bohao.db'), '');

    const next = await start('cli', ['--data-dir', desk.dir, 'serve']);
    await desk.page.goto(next.line.replace(/^open /, ''));
    await setUp(desk, outside);
    await reach(desk, 'notice', 'data-about', 'database_lost');
    await desk.dial('13922104471');
    await reach(desk, 'outcome', 'data-kind', 'blocked');
    await desk.at('outcome').filter({ hasText: '勿扰名单、规则和备注不在这里' }).waitFor();
    expect(await outside.rings('13922104471')).toBe(0);

    await desk.at('notice').getByRole('button').click();
    await desk.at('notice').waitFor({ state: 'detached' });
    const allDay = { hours: '00:00-24:00', gap: 0, reason: 'a test dials at any hour' };
    await desk.mutate('SetGuard', allDay);
    await desk.dial('13922104471');
    await reach(desk, 'live-card', 'data-state', 'recorded');
    expect(await outside.rings('13922104471')).toBe(1);
    await next.end();
  });

  it('of the real log leaves practice alone', async () => {
    await using desk = await openPractice(browser());
    await desk.dial('13922104471');
    await reach(desk, 'live-step-recording', 'data-state', 'done');
    await desk.server.end();
    await writeFile(join(desk.dir, 'bohao.db'), 'no longer a database');
    await rm(join(desk.dir, 'bohao.db-wal'), { force: true });

    const next = await start('cli', ['--data-dir', desk.dir, 'serve', '--practice']);
    await desk.page.goto(next.line.replace(/^open /, ''));
    await desk.at('practice-strip').waitFor();
    await desk.at('notice').waitFor();
    await desk.at('today-list').getByRole('option').first().click();
    await reach(desk, 'recording', 'data-state', 'saved');
    await next.end();
  });
});

it('a full disk is named where the recording would be, and the recording comes once there is room', async ({
  skip,
}) => {
  await using outside = await station();
  await using desk = await openLive(browser(), outside);
  const full = join(desk.dir, 'full');
  await mkdir(full);
  const mounted = await command('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', full]).then(
    () => true,
    () => false,
  );
  if (!mounted) skip('nobody but root can mount a small disk');
  try {
    await desk.mutate('ChangeSettings', { recordings_dir: full });
    await desk.dial('13922104471');
    await reach(desk, 'live-card', 'data-state', 'recorded');
    await desk.at('today-list').getByRole('option').first().click();
    const recording = desk.at('recording');
    await recording.filter({ hasText: zh.custody.pause.disk_full('') }).waitFor();
    expect(await recording.getAttribute('data-state')).toBe('waiting');
    // Asking for it at once is answered in the same words, and leaves nothing half-done.
    await desk.at('recording-fetch').click();
    await reach(desk, 'fault', 'data-code', 'disk_full');
    await expect.poll(() => desk.at('fault').innerText()).toContain(zh.answers.trouble.disk_full({}).what);
    expect((await command('find', [full, '-type', 'f'])).stdout).toBe('');
  } finally {
    await command('umount', ['-l', full]);
  }
  await desk.at('recording-fetch').click();
  await reach(desk, 'recording', 'data-state', 'saved');
  expect(await outside.rings('13922104471')).toBe(1);
});
