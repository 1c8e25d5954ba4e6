import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Event } from '../wire';
import type { Link } from './host';
import { Stream, type Source } from './stream';

function server() {
  const sources: (Source & { closed: boolean })[] = [];
  const open = () => {
    const source = {
      onopen: null,
      onmessage: null,
      onerror: null,
      closed: false,
      close: () => (source.closed = true),
    };
    sources.push(source as never);
    return source as unknown as Source;
  };
  return { sources, open, latest: () => sources.at(-1) };
}

describe('the stream of events', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function listen(found: Link = 'down') {
    const { sources, open, latest } = server();
    const links: Link[] = [];
    const events: Event[] = [];
    const stream = new Stream('', async () => found, open);
    stream.onLink((link) => links.push(link));
    stream.onEvent((event) => events.push(event));
    return { stream, sources, latest, links, events };
  }

  it('hands events on', () => {
    const { latest, events } = listen();
    latest()?.onmessage?.({ data: '{"event":"desk_changed"}' });
    expect(events).toEqual([{ event: 'desk_changed' }]);
  });

  it('tells of a loss once, comes back by itself, and tells that too', async () => {
    const { sources, latest, links } = listen();
    latest()?.onerror?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(links).toEqual(['down']);
    await vi.advanceTimersByTimeAsync(500);
    expect(sources).toHaveLength(2);
    latest()?.onerror?.();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(sources).toHaveLength(3);
    latest()?.onopen?.();
    expect(links).toEqual(['down', 'up']);
  });

  it('waits longer after each failure, and never longer than eight seconds', async () => {
    const { sources, latest } = listen();
    for (let i = 0; i < 12; i++) {
      latest()?.onerror?.();
      await vi.advanceTimersByTimeAsync(8_000);
    }
    expect(sources).toHaveLength(13);
    expect(sources.filter((source) => !source.closed)).toHaveLength(1);
  });

  it('asks for the address again when the cookie is not taken, and stops trying', async () => {
    const { sources, latest, links } = listen('locked');
    latest()?.onerror?.();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(links).toEqual(['locked']);
    expect(sources).toHaveLength(1);
  });

  it('notices a loss by a request that found nobody', async () => {
    const { stream, sources, links } = listen();
    stream.lose();
    stream.lose();
    await vi.advanceTimersByTimeAsync(500);
    expect(links).toEqual(['down']);
    expect(sources).toHaveLength(2);
  });
});
