import type { Page } from 'playwright-core';

/** What a page was told and what it complained of, from its first request on. */
export interface Watch {
  /** Errors of scripts, and what the policy of content refused. */
  complaints: string[];
  /** The names of the requests that it sent, in their order. */
  asked: string[];
  /** Every event that the server sent, as text. */
  events: string[];
  /** Every answer and every event that the server sent, as text. */
  told(): Promise<string>;
}

export async function watch(page: Page): Promise<Watch> {
  const complaints: string[] = [];
  const asked: string[] = [];
  const bodies: Promise<string>[] = [];
  const events: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Chromium itself writes down each failed request; a test looks at those where they matter.
    const failed = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !failed) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!/\/api\/(query|mutate|trigger)$/.test(request.url())) return;
    asked.push((request.postDataJSON() as { name: string }).name);
  });
  page.on('response', (response) => {
    const endless = response.url().endsWith('/api/events');
    if (!endless && !response.url().includes('/api/recording/')) {
      bodies.push(response.text().catch(() => ''));
    }
  });
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Network.enable');
  protocol.on('Network.eventSourceMessageReceived', ({ data }) => events.push(data));
  return {
    complaints,
    asked,
    events,
    told: async () => [...(await Promise.all(bodies)), ...events].join('\n'),
  };
}
