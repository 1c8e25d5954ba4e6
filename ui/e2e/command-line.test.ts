import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder, OWN_NUMBER, run } from './programs';
import { APP_KEY, APP_SECRET, station } from './station';

it('dials, waits and saves by the command line alone, with a platform and a relay that are programs', async () => {
  const number = '13922104471';
  await using outside = await station();
  await using place = await folder();
  const account = {
    BOHAO_APP_KEY: APP_KEY,
    BOHAO_APP_SECRET: APP_SECRET,
    BOHAO_TEL_A: OWN_NUMBER,
    BOHAO_CALL_URL: outside.platformUrl,
    BOHAO_RECORDING_URL: outside.platformUrl,
    BOHAO_RELAY_URL: outside.relayUrl,
    BOHAO_RELAY_TOKEN: outside.readToken,
    BOHAO_PUSH_URL: outside.pushUrl,
  };
  const bohao = async (...words: string[]) => {
    const said = await run('cli', ['--data-dir', place.path, '--json', ...words], account);
    return JSON.parse(said) as Record<string, unknown>;
  };
  await bohao('guard', 'set', 'hours=00:00-24:00', '--reason', 'a test dials at any hour');
  const placed = await bohao('dial', number, '--wait', '60');
  expect(placed).toMatchObject({ state: 'accepted', status: 'connected' });
  const saved = join(place.path, 'saved.wav');
  await bohao('recording', String(placed['subid']), '--to', saved);
  expect((await readFile(saved)).subarray(0, 4).toString()).toBe('RIFF');
  expect(await outside.rings(number)).toBe(1);
});
