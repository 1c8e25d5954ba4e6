import { request, type OutgoingHttpHeaders } from 'node:http';
import { expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openDesk } from './desk';
import { folder, start } from './programs';

const browser = aBrowser();
const BODY = JSON.stringify({ name: 'DeskQuery', args: {} });

interface Answer {
  status: number;
  cookie: string;
}

/** A request as a program sends it: with any header, also those that a browser would not let pass. */
function ask(method: string, address: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    const sent = request(address, { method, headers }, (answer) => {
      answer.resume();
      const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
      done({ status: answer.statusCode ?? 0, cookie });
    });
    sent.once('error', fail);
    sent.end(method === 'POST' ? BODY : undefined);
  });
}

it('lets one browser in, once, under its own name, from its own page', async () => {
  await using place = await folder();
  const server = await start('cli', ['--data-dir', place.path, 'serve']);
  const address = server.line.replace(/^open /, '');
  const { origin, host } = new URL(address);
  const api = `${origin}/api/query`;
  const json = { 'content-type': 'application/json' };

  expect((await ask('GET', `${origin}/?token=${'0'.repeat(64)}`)).status).toBe(403);
  const { status, cookie } = await ask('GET', address);
  expect(status).toBe(303);
  expect(await ask('GET', address)).toEqual({ status: 403, cookie: '' });

  const mine = { ...json, cookie };
  expect((await ask('POST', api, mine)).status).toBe(200);
  expect((await ask('POST', api, { ...mine, origin })).status).toBe(200);
  expect((await ask('POST', api, json)).status).toBe(401);
  expect((await ask('POST', api, { ...json, cookie: `${cookie}0` })).status).toBe(401);
  for (const foreign of ['bohao.example', `bohao.example:${new URL(origin).port}`, '127.0.0.1:1']) {
    expect((await ask('POST', api, { ...mine, host: foreign })).status, foreign).toBe(403);
    expect((await ask('POST', api, { ...mine, origin: `http://${foreign}` })).status, foreign).toBe(403);
  }
  expect((await ask('POST', api, { ...mine, origin: 'null' })).status).toBe(403);
  expect((await ask('POST', api, { ...mine, 'sec-fetch-site': 'same-site' })).status).toBe(403);
  expect((await ask('GET', `${origin}/api/events`, json)).status).toBe(401);
  expect((await ask('GET', `${origin}/api/events`, { cookie, host: 'bohao.example' })).status).toBe(403);
  expect(host).toMatch(/^127\.0\.0\.1:\d+$/);
  await server.end();
});

it('keeps the token out of the address bar and the cookie out of reach of scripts', async () => {
  await using desk = await openDesk(browser());
  await desk.at('first-run').waitFor();
  expect(desk.page.url()).toBe(`${desk.origin}/`);
  expect(await desk.page.evaluate(() => document.cookie)).toBe('');
  const stranger = await browser().newPage();
  await stranger.goto(desk.origin);
  await stranger.getByTestId('locked').waitFor();
  await stranger.close();
});
