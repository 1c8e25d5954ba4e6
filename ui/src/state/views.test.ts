import { expect, it } from 'vitest';
import { stubHost } from '../host/stub';
import type { CallsQuery, View } from '../wire';
import { Log } from './log.svelte';
import { Views } from './views.svelte';

it('knows before it saves that a name is another filter’s', async () => {
  const view: View = { id: 1, name: '未接 7 天', query: {} as CallsQuery, days: null };
  const { host } = stubHost({ ViewsQuery: () => ({ views: [view] }) });
  const views = new Views(host, new Log(host, () => 0));
  expect(views.has('未接 7 天')).toBe(false);
  await views.load();
  expect(['未接 7 天', ' 未接 7 天 ', '未接', ''].map((name) => views.has(name))).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
