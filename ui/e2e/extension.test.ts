import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FLAGS } from './browser';
import { folder, runAnyway } from './programs';

const SITE = 'http://127.0.0.1/*';
const NAME = 'bohao-number';
const PAGE = `<!doctype html><meta charset="utf-8"><title>客户</title>
  <p id="said">陈立：139-2210-4471，座机(021) 5555-3300 或 400-800-1234，+86 138 0000 6620，传真（０５７１）8811－2233。</p>
  <form id="form"><input name="closest"><input name="contains">13922104474</form>
  <p id="none">订单 2026112813922104471，金额 13922104471.50，cn13922104471，+1 139 2210 4471，ip 10.0.13922104471/8</p>
  <p id="left"><a href="#own">13922104471</a> <button>13922104471</button> <code>13922104471</code>
    <textarea>13922104471</textarea> <input value="13922104471"></p>
  <p id="written" contenteditable>13922104471</p>
  <p id="later"></p>`;
const SAID = [
  '139-2210-4471',
  '(021) 5555-3300',
  '400-800-1234',
  '+86 138 0000 6620',
  '（０５７１）8811－2233',
];
const DIALLED = ['13922104471', '02155553300', '4008001234', '13800006620', '057188112233'];

/** All that are to be underlined, in the order of the page. */
const SEEN = [...SAID, '13922104474'];

let server: Server;
let port = 0;
beforeAll(async () => {
  server = createServer((_, answer) => void answer.setHeader('content-type', 'text/html').end(PAGE));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

/** Chromium with the extension as it lies in the repository. */
async function withExtension() {
  const place = await folder();
  const extension = resolve(import.meta.dirname, '../extension');
  const context = await chromium.launchPersistentContext(join(place.path, 'profile'), {
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [...FLAGS, `--disable-extensions-except=${extension}`, `--load-extension=${extension}`],
    channel: 'chromium',
    headless: true,
    locale: 'zh-CN',
  });
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
  const id = new URL(worker.url()).host;
  const sites = `chrome-extension://${id}/sites.html`;
  const list = await context.newPage();
  await list.goto('chrome://extensions');
  /** What a yes to the browser's own question leaves behind: no test can answer it. */
  const agree = () =>
    list.evaluate(
      async ({ id, site }) => {
        type Agree = (id: string, site: string) => Promise<void>;
        const { chrome } = globalThis as unknown as { chrome: { developerPrivate: Record<string, Agree> } };
        await chrome.developerPrivate['addHostPermission']?.(id, site);
      },
      { id, site: SITE },
    );
  return {
    context,
    sites,
    /** Allows the site as a user does who has it in front. */
    async allow() {
      await agree();
      const popup = await context.newPage();
      await popup.addInitScript(
        (url) => {
          const { chrome } = globalThis as unknown as { chrome: { tabs: { query: unknown } } };
          chrome.tabs.query = () => Promise.resolve([{ id: 1, url }]);
        },
        SITE.replace('*', 'customers'),
      );
      await popup.goto(sites);
      await popup.locator('#allow').click();
      await popup.locator('#front[data-standing="allowed"]').waitFor();
      await popup.close();
    },
    async [Symbol.asyncDispose]() {
      await context.close();
      await place[Symbol.asyncDispose]();
    },
  };
}

async function open(context: BrowserContext, host: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`http://${host}:${port}/`);
  return page;
}

/** The numbers that are underlined, in the order of the page. */
function marked(page: Page): Promise<string[]> {
  return page.evaluate((name) => {
    const ranges = [...(CSS.highlights.get(name) ?? [])] as StaticRange[];
    return ranges.map((it) => it.startContainer.textContent?.slice(it.startOffset, it.endOffset) ?? '');
  }, NAME);
}

/**
 * Keeps every link of Bohao's that a page asks the browser to open. At the first, the browser lays its own
 * question over the page, so that there is no second.
 */
async function links(page: Page): Promise<string[]> {
  const asked: string[] = [];
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Page.enable');
  protocol.on('Page.frameRequestedNavigation', ({ url }) => {
    if (url.startsWith('bohao:')) asked.push(url);
  });
  return asked;
}

/** Where this stands on the screen. */
function middleOf(page: Page, place: string, said: string) {
  return page.evaluate(
    ({ place, said }) => {
      const walker = document.createTreeWalker(document.querySelector(place) as Node, NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const text = walker.currentNode as Text;
        const from = text.data.indexOf(said);
        if (from < 0) continue;
        const range = document.createRange();
        range.setStart(text, from);
        range.setEnd(text, from + said.length);
        const [box] = range.getClientRects();
        if (box) return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      }
      throw new Error(`${said} is not seen in ${place}`);
    },
    { place, said },
  );
}

async function click(page: Page, place: string, said: string): Promise<void> {
  const { x, y } = await middleOf(page, place, said);
  await page.mouse.click(x, y);
}

it('fills a number into Bohao by a click, on a site that is allowed, and leaves the page as it is', async () => {
  await using chrome = await withExtension();
  const first = await open(chrome.context, '127.0.0.1');
  const before = await first.locator('body').innerHTML();
  await chrome.allow();
  // The page was open before: nobody has to load it again.
  await expect.poll(() => marked(first)).toEqual(SEEN);
  expect(await first.locator('body').innerHTML()).toBe(before);

  for (const [at, said] of SAID.entries()) {
    const page = await open(chrome.context, '127.0.0.1');
    await expect.poll(() => marked(page)).toEqual(SEEN);
    const asked = await links(page);
    await click(page, '#said', said);
    await expect.poll(() => asked.length).toBe(1);
    const { code, stdout } = await runAnyway('cli', ['--json', 'link', asked[0] ?? '']);
    const told = JSON.parse(stdout) as { asks: string; number: string; flaw: string | null };
    expect([code, told.asks, told.flaw, told.number]).toEqual([0, 'dial', null, DIALLED[at]]);
    await page.close();
  }
});

it('opens nothing for what is no number, is pressed or written into, or is pretended by the page', async () => {
  await using chrome = await withExtension();
  await chrome.allow();
  const page = await open(chrome.context, '127.0.0.1');
  await expect.poll(() => marked(page)).toEqual(SEEN);
  const asked = await links(page);
  await click(page, '#none', '13922104471.50');
  await click(page, '#left', '13922104471');
  await page.locator('#left button').click();
  await click(page, '#written', '13922104471');
  await click(page, '#said', '陈立');
  await page.evaluate(
    ({ x, y }) => {
      const said = document.querySelector('#said');
      said?.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: x, clientY: y }));
    },
    await middleOf(page, '#said', '139-2210-4471'),
  );
  // Whatever was to come of these has come once this has.
  await click(page, '#form', '13922104474');
  await expect.poll(() => asked).toEqual(['bohao://dial?number=13922104474']);
});

it('follows a page that is drawn later, and reads a number only when it is clicked', async () => {
  await using chrome = await withExtension();
  await chrome.allow();
  const page = await open(chrome.context, '127.0.0.1');
  await expect.poll(() => marked(page)).toEqual(SEEN);
  const asked = await links(page);
  await page.evaluate(() => {
    const row = document.createElement('b');
    row.textContent = '改为 13922104472';
    document.querySelector('#later')?.append(row);
  });
  await expect.poll(() => marked(page)).toEqual([...SEEN, '13922104472']);
  await page.evaluate(() => {
    const text = document.querySelector('#later b')?.firstChild;
    if (text) text.nodeValue = '改为 13922104473';
  });
  await expect.poll(() => marked(page)).toEqual([...SEEN, '13922104473']);
  await click(page, '#later', '13922104473');
  await expect.poll(() => asked).toEqual(['bohao://dial?number=13922104473']);
});

it('bears a storm of changes, and more numbers than it underlines', async () => {
  await using chrome = await withExtension();
  await chrome.allow();
  const page = await open(chrome.context, '127.0.0.1');
  await expect.poll(() => marked(page)).toEqual(SEEN);
  const asked = await links(page);
  await page.evaluate(async () => {
    const later = document.querySelector('#later') as HTMLElement;
    later.append('13922104472');
    for (let turn = 0; turn < 200; turn++) {
      const rows = Array.from({ length: 60 }, (_, at) => `<i>139${22104000 + turn * 60 + at}</i> `);
      later.insertAdjacentHTML('afterbegin', rows.join(''));
      if (turn % 20 === 0) await new Promise((done) => setTimeout(done));
    }
    later.lastChild?.remove();
  });
  await expect.poll(async () => (await marked(page)).length).toBe(5_000);
  await expect.poll(() => marked(page)).not.toContain('13922104472');
  await click(page, '#later', '13922115999');
  await expect.poll(() => asked).toEqual(['bohao://dial?number=13922115999']);
});

it('works on no site before it is allowed, on no other, and on none any more once it is taken off', async () => {
  await using chrome = await withExtension();
  const requested: string[] = [];
  chrome.context.on('request', (request) => requested.push(request.url()));
  const sites = await chrome.context.newPage();
  await sites.goto(chrome.sites);
  await expect.poll(() => sites.locator('#standing').innerText()).not.toBe('');
  expect(await sites.locator('li').count()).toBe(0);

  const page = await open(chrome.context, '127.0.0.1');
  const other = await open(chrome.context, 'localhost');
  await chrome.allow();
  await expect.poll(() => marked(page)).toEqual(SEEN);
  await expect.poll(() => sites.locator('li span').allInnerTexts()).toEqual(['http://127.0.0.1']);
  expect(await marked(other)).toEqual([]);

  await sites.locator('li button').click();
  await expect.poll(() => sites.locator('li').count()).toBe(0);
  await expect.poll(() => marked(page)).toEqual([]);
  const asked = await links(page);
  await click(page, '#said', '139-2210-4471');
  await page.reload();
  await page.locator('#said').waitFor();
  expect(await marked(page)).toEqual([]);
  expect(asked).toEqual([]);

  // Nothing goes out but for the pages themselves.
  const own = (url: string) => /^(http:\/\/(127\.0\.0\.1|localhost):|chrome|data:)/.test(url);
  expect(requested.filter((url) => !own(url))).toEqual([]);
});
