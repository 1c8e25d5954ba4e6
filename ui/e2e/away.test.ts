import { describe, expect, it } from 'vitest';
import { aBrowser } from './browser';
import { openLive, openPractice, reach, type Desk } from './desk';
import { start } from './programs';
import { station } from './station';

const browser = aBrowser();

describe('the server', () => {
  it('dies: what is on the page stays, and another server asks for its own address', async () => {
    await using desk = await openPractice(browser());
    await desk.dial('13922104471');
    await reach(desk, 'live-card', 'data-state', 'recorded');
    await desk.server.end('SIGKILL');
    await desk.at('offline-bar').waitFor();
    await expect.poll(() => desk.at('today-list').getByRole('option').count()).toBe(1);
    await desk.at('nav-calls').click();
    await expect.poll(() => desk.at('call-row').count()).toBe(1);

    const listen = new URL(desk.origin).host;
    const next = await start('cli', ['--data-dir', desk.dir, 'serve', '--listen', listen]);
    await desk.at('locked').waitFor();
    // The new address works in the same window, and nothing is lost.
    await desk.page.goto(next.line.replace(/^open /, ''));
    await desk.at('nav-calls').click();
    await desk.at('call-row').first().waitFor();
    await next.end();
  });

  it('is out of reach for a while: what happened meanwhile is read by itself', async () => {
    await using desk = await openPractice(browser());
    await desk.dial('13922104471');
    await reach(desk, 'live-card', 'data-state', 'accepted');
    const context = desk.page.context();
    await context.setOffline(true);
    // The next key asks the server and finds nobody.
    await desk.page.keyboard.type('1');
    await desk.at('offline-bar').waitFor();
    await context.setOffline(false);
    await desk.at('offline-bar').waitFor({ state: 'detached' });
    await reach(desk, 'live-step-recording', 'data-state', 'done');
    expect(desk.seen.asked.filter((name) => name === 'PlaceCall')).toHaveLength(1);
  });
});

describe('the relay', () => {
  it('goes and comes back: the record pushed meanwhile arrives by itself', async () => {
    await using outside = await station();
    await using desk = await openLive(browser(), outside);
    await desk.dial('13922104471');
    await reach(desk, 'live-card', 'data-state', 'accepted');
    const before = await loud(desk);
    await outside.killRelay();
    await reach(desk, 'sync-state', 'data-phase', 'retrying');
    // It is said in one quiet place: nothing pops up (promise 12).
    await expect(loud(desk)).resolves.toBe(before);
    await outside.startRelay();
    await reach(desk, 'sync-state', 'data-phase', 'live');
    await reach(desk, 'live-card', 'data-state', 'recorded');
    await reach(desk, 'live-step-recording', 'data-state', 'done');
  });
});

/** How much on the page demands to be seen. */
function loud(desk: Desk): Promise<number> {
  return desk.page.locator('dialog[open], [role="alert"], [data-testid="fault"]').count();
}
