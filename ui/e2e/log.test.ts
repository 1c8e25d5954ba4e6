import axe from 'axe-core';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openDesk, reach, type Desk } from './desk';

const browser = aBrowser();
const MANY = 30_000;

/** A desk whose log was made by the benchmark's own hand: to dial so often would take a day. */
async function openLog(browser: Browser, calls: number): Promise<Desk> {
  const target = process.env['CARGO_TARGET_DIR'] ?? resolve(import.meta.dirname, '../../target');
  const make = join(target, 'debug/examples/log');
  const desk = await openDesk(browser, {
    reducedMotion: 'reduce',
    prepare: async (dir) => {
      await promisify(execFile)(make, ['make', join(dir, 'bohao.db'), String(calls)]);
    },
  });
  // Wide enough for every column beside a call's details.
  await desk.page.setViewportSize({ width: 1600, height: 740 });
  await desk.mutate('SetMode', { mode: 'live' });
  await desk.at('nav-calls').click();
  await desk.at('call-row').first().waitFor();
  return desk;
}

const total = (desk: Desk, count: number) => reach(desk, 'calls-total', 'data-total', String(count));
const picked = (desk: Desk, count: number) => reach(desk, 'picked', 'data-count', String(count));

describe('a log of many calls', () => {
  it('scrolls without a blank, and asks only for what one stops at', async () => {
    await using desk = await openLog(browser(), MANY);
    const { page } = desk;
    await total(desk, MANY);
    const asked = () => desk.seen.asked.filter((name) => name === 'CallsQuery').length;
    const before = asked();
    const blanks = await page.evaluate(async () => {
      const list = document.querySelector('[role="listbox"]') as HTMLElement;
      const { left, top, height } = list.getBoundingClientRect();
      const found: string[] = [];
      for (let step = 0; step <= 120; step++) {
        // As one drags the scrollbar: far, and back and forth.
        const share = Math.abs(Math.sin(step / 9)) * (step / 120);
        list.scrollTop = share * (list.scrollHeight - list.clientHeight);
        await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
        for (const y of [2, height / 3, height / 2, height - 3]) {
          const there = document.elementFromPoint(left + 60, top + y);
          if (!there?.closest('[role="option"]')) found.push(`${step}: ${y}`);
        }
      }
      return found;
    });
    expect(blanks).toEqual([]);
    // Where it stops, the rows themselves are there.
    await page.waitForFunction(() => {
      const list = document.querySelector('[role="listbox"]') as HTMLElement;
      const { left, top, height } = list.getBoundingClientRect();
      return document.elementFromPoint(left + 60, top + height / 2)?.closest('[data-call]') !== null;
    });
    // Two pages are in sight at the most; on a slow machine each step is a stop.
    expect(asked() - before).toBeLessThanOrEqual(2 * 121);

    await page.getByRole('listbox').press('End');
    const first = desk.page.locator(
      '[data-testid="call-row"][data-call="00000000-0000-7000-8000-000000000000"]',
    );
    await first.waitFor();
    await page.getByRole('listbox').press('Home');
    await first.waitFor({ state: 'detached' });
  });

  it('picks what fits as one question, lets some out, deletes, and brings all back', async () => {
    await using desk = await openLog(browser(), 600);
    const { at, page } = desk;
    const list = page.getByRole('listbox');
    await at('calls-status').selectOption('failed');
    await page.waitForFunction(() => document.querySelector('[data-total="600"]') === null);
    const failed = Number(await at('calls-total').getAttribute('data-total'));
    expect(failed).toBeGreaterThan(20);
    await list.press('Home');
    await list.press('ControlOrMeta+a');
    await picked(desk, failed);
    await list.press(' ');
    await list.press('ArrowDown');
    await list.press(' ');
    await picked(desk, failed - 2);

    await at('picked-delete').click();
    await at('delete-confirm').click();
    await total(desk, 2);
    // It can be undone from any screen.
    await at('nav-dial').click();
    await at('undo').click();
    await at('undo-bar').waitFor({ state: 'detached' });
    await at('nav-calls').click();
    await total(desk, failed);
    const named = desk.seen.asked.filter((name) => name === 'DeleteCalls');
    expect(named).toHaveLength(1);
  });

  it('is gone for good once the moment is over', async () => {
    await using desk = await openLog(browser(), 300);
    const { at, page } = desk;
    const list = page.getByRole('listbox');
    await list.press('Home');
    await list.press('Shift+ArrowDown');
    await list.press('Shift+ArrowDown');
    await picked(desk, 3);
    await at('picked-delete').click();
    await at('delete-confirm').click();
    await at('undo-bar').waitFor();
    await at('undo-bar').waitFor({ state: 'detached' });
    await page.reload();
    await at('nav-calls').click();
    await total(desk, 297);
  });

  it("shows a customer's whole history in one click, and everything of theirs can be erased", async () => {
    await using desk = await openLog(browser(), 300);
    const { at, page } = desk;
    await at('call-row').nth(4).click();
    await at('history').click();
    // By the customer where one is known, and else by the number.
    const theirChip = page.locator('[data-testid="narrowing-number"], [data-testid="narrowing-customer"]');
    await theirChip.waitFor();
    await page.waitForFunction(() => document.querySelector('[data-total="300"]') === null);
    const theirs = Number(await at('calls-total').getAttribute('data-total'));
    await at('call-row').first().click();
    await at('erase-open').click();
    await at('erase-told').waitFor();
    await examine(desk, 'erase');
    await at('erase-confirm').click();
    await total(desk, 0);
    await theirChip.getByRole('button').click();
    await total(desk, 300 - theirs);
  });

  it('keeps filters under a name, and columns as they were chosen', async () => {
    await using desk = await openLog(browser(), 600);
    const { at, page } = desk;
    await at('calls-status').selectOption('connected');
    await at('filters-open').click();
    await at('filter-least').fill('60');
    await at('filter-least').press('Tab');
    await examine(desk, 'filters');
    await page.keyboard.press('Escape');
    await at('narrowing-duration').waitFor();
    await at('sort-length').click();
    await page.locator('[aria-sort="descending"]').waitFor();
    await reach(desk, 'calls-table', 'aria-busy', 'false');
    const found = await at('calls-total').getAttribute('data-total');
    const longest = await at('call-row').first().getAttribute('data-call');
    await at('views-open').click();
    await at('view-name').fill('长通话');
    await at('view-save').click();
    await at('view').waitFor();
    await examine(desk, 'saved filters');
    await page.keyboard.press('Escape');
    await at('columns-open').click();
    await at('column-note').uncheck();
    await at('column-own_number').check();
    await examine(desk, 'columns');
    await page.keyboard.press('Escape');

    await page.reload();
    await at('nav-calls').click();
    await total(desk, 600);
    await at('sort-own_number').waitFor();
    await expect.poll(() => at('sort-note').count()).toBe(0);
    await at('views-open').click();
    await at('view-recall').click();
    await reach(desk, 'calls-table', 'aria-busy', 'false');
    await reach(desk, 'calls-total', 'data-total', found ?? '');
    await page.locator(`[data-testid="call-row"][data-call="${longest}"]`).waitFor();
    await page.getByRole('listbox').press('Home');
    await page.getByRole('listbox').press('Shift+PageDown');
    await at('picked').waitFor();
    await examine(desk, 'picked');
    await page.setViewportSize({ width: 800, height: 560 });
    await examine(desk, 'picked, narrow');
    expect(desk.seen.complaints).toEqual([]);
  });

  it('copies the recordings of what is picked into a folder, and says what is not here', async () => {
    await using desk = await openLog(browser(), 40);
    const { at, page } = desk;
    const list = page.getByRole('listbox');
    await list.press('Home');
    await list.press('ControlOrMeta+a');
    await picked(desk, 40);
    await at('picked-save').click();
    await at('save-many-folder').fill(join(desk.dir, 'copies'));
    await examine(desk, 'save many');
    await at('save-many-go').click();
    await reach(desk, 'custody-task', 'data-state', 'done');
  });

  it('takes in a call that was made elsewhere', async () => {
    await using desk = await openLog(browser(), 5);
    const { at } = desk;
    await at('log-open').click();
    await at('log-number').fill('139-2210 4471');
    await at('log-duration').fill('3:12');
    await at('log-note').fill('手机打的');
    await examine(desk, 'log by hand');
    await at('log-save').click();
    await total(desk, 6);
    await at('call-row').first().filter({ hasText: '手机打的' }).waitFor();
  });
});

async function examine({ page }: Desk, screen: string): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  const told = grave.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`,
  );
  expect(told, screen).toEqual([]);
}
