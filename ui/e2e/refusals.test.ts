import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../src/words/en';
import { zh } from '../src/words/zh';
import { aBrowser } from './browser';
import { openDesk, openLive, openPractice, reach, type Desk } from './desk';
import { closedPort } from './programs';
import { station } from './station';

const browser = aBrowser();

describe('what is no number', () => {
  let desk: Desk;
  beforeAll(async () => void (desk = await openPractice(browser())));
  afterAll(() => desk[Symbol.asyncDispose]());

  it.each([
    ['你好', 'no_digits'],
    ['139221', 'too_short'],
    ['139221044711392210447', 'too_long'],
    ['+1 415 555 0132', 'foreign'],
    ['110', 'special'],
    ['13922104471 13800006621', 'several'],
    ['10022104471', 'unknown_prefix'],
  ] as const)('"%s" is told to be %s, and Enter dials nothing', async (text, flaw) => {
    await desk.dial(text);
    await reach(desk, 'lookup-flaw', 'data-flaw', flaw);
    await expect.poll(() => desk.at('lookup-flaw').innerText()).toBe(zh.answers.flaw[flaw]);
    await expect.poll(() => desk.at('dial-button').isDisabled()).toBe(true);
    expect(desk.seen.asked).not.toContain('PlaceCall');
  });
});

describe('what is no pairing link', () => {
  it.each([
    { name: 'cut short', link: (whole: string) => whole.slice(0, -12), flaw: 'cut_short' },
    { name: 'of another program', link: () => 'https://example.com/invite?token=abc', flaw: 'other' },
    { name: 'of another scheme', link: () => 'weixin://dl/chat?x=1', flaw: 'other' },
  ])('a link $name pairs nothing', async ({ link, flaw }) => {
    await using outside = await station();
    await using desk = await openDesk(browser(), { locale: 'en-GB' });
    await desk.at('first-run-pair').click();
    const pasted = link(outside.pairing);
    await desk.at('pairing-input').fill(pasted);
    await desk.at('pairing-read').click();
    await reach(desk, 'fault', 'data-code', 'bad_link');
    const { what } = en.answers.trouble.bad_link({ flaw });
    await expect.poll(() => desk.at('fault').innerText()).toContain(what);
    await expect.poll(() => desk.at('pairing-confirm').count()).toBe(0);
    expect(desk.seen.asked).not.toContain('Pair');
    // What was pasted may hold a secret: no answer repeats it.
    expect(await desk.seen.told()).not.toContain(pasted);
  });
});

describe('what the platform answers', () => {
  it.each([
    { number: '13922100004', code: 9001 },
    { number: '13922100011', code: 2001 },
    { number: '13922100014', code: 7002 },
  ] as const)('code $code is told in words, and nothing rang', async ({ number, code }) => {
    await using outside = await station();
    await using desk = await openLive(browser(), outside);
    await desk.dial(number);
    await reach(desk, 'outcome', 'data-kind', 'refused');
    const said = await desk.at('outcome').innerText();
    expect(said).toContain(zh.answers.code[code].what);
    expect(said).toContain(zh.live.nothingDialled);
    expect(said).toContain(String(code));
    expect(await outside.rings(number)).toBe(0);
    // What was typed stays, to be dialled again or mended.
    expect(await desk.at('number-input').inputValue()).toMatch(/^139 2210 /);
  });

  it('credentials that are none lead to where they are mended', async () => {
    await using outside = await station();
    await using desk = await openLive(browser(), outside);
    await desk.mutate('SetAccount', { app_key: 'no-such-key' });
    await desk.dial('13922104471');
    await reach(desk, 'outcome', 'data-kind', 'refused');
    await expect.poll(() => desk.at('outcome').innerText()).toContain(zh.answers.code[1005].what);
    await desk.at('outcome').getByRole('button', { name: zh.live.toSettings }).click();
    await desk.at('settings-account').waitFor();
  });

  it.each([
    { locale: 'zh-CN', words: zh },
    { locale: 'en-GB', words: en },
  ] as const)('an answer that is none is told for what it is ($locale)', async ({ locale, words }) => {
    await using outside = await station(['--ring-ms', '0', '--talk-ms', '0']);
    await using desk = await openLive(browser(), outside, { locale });
    const faults = ['html', 'half-answer', 'huge-answer', 'redirect-loop', 'redirect-away'];
    for (const [index, fault] of faults.entries()) {
      const number = `1392210447${index}`;
      await outside.arm(fault);
      // A record would settle it.
      await outside.arm('push-never');
      await desk.dial(number);
      await reach(desk, 'outcome', 'data-kind', 'unknown');
      expect(await desk.at('outcome').innerText(), fault).toContain(words.live.mayHaveDialled);
      expect(await outside.rings(number), fault).toBe(fault.startsWith('redirect') ? 0 : 1);
      // Escape empties the number line, and then takes the answer away.
      await desk.page.keyboard.press('Escape');
      await desk.page.keyboard.press('Escape');
      await desk.at('live-card').waitFor({ state: 'detached' });
    }
    await expect.poll(() => desk.at('today-list').getByRole('option').count()).toBe(faults.length);
  });

  it('an answer cut off is unknown, never dialled again, and settled by its record', async () => {
    await using outside = await station();
    await using desk = await openLive(browser(), outside);
    await desk.dial('13922100009');
    await reach(desk, 'outcome', 'data-kind', 'unknown');
    await expect.poll(() => desk.at('outcome').innerText()).toContain(zh.live.mayHaveDialled);
    await reach(desk, 'live-card', 'data-state', 'recorded');
    expect(await outside.rings('13922100009')).toBe(1);
    await expect.poll(() => desk.at('today-list').getByRole('option').count()).toBe(1);
  });
});

describe('who is not there', () => {
  it('a platform out of reach: nothing was dialled', async () => {
    await using outside = await station();
    await using desk = await openLive(browser(), outside);
    await desk.mutate('ChangeSettings', { call_url: `http://127.0.0.1:${await closedPort()}` });
    await desk.dial('13922104471');
    await reach(desk, 'outcome', 'data-kind', 'not_sent');
    await expect.poll(() => desk.at('outcome').innerText()).toContain(zh.live.nothingDialled);
    expect(await outside.rings('13922104471')).toBe(0);
  });

  it('a relay out of reach is told where one asks for it', async () => {
    await using outside = await station();
    await using desk = await openLive(browser(), outside);
    await outside.killRelay();
    await reach(desk, 'sync-state', 'data-phase', 'retrying');
    await desk.at('nav-settings').click();
    await desk.at('sync-now').click();
    await reach(desk, 'fault', 'data-code', 'relay_unreachable');
    await expect
      .poll(() => desk.at('settings-relay').innerText())
      .toContain(zh.answers.trouble.relay_unreachable({}).what);
    await outside.startRelay();
  });
});
