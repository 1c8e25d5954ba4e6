import { expect, it } from 'vitest';
import { held } from '../host/stub';
import { Trouble } from '../host/trouble';
import { Keeping } from './keeping.svelte';

function setUp() {
  const keeping = new Keeping();
  const begun: string[] = [];
  const save = (name: string, answer: Promise<unknown> = Promise.resolve()) => {
    return () => (begun.push(name), answer);
  };
  return { keeping, begun, save };
}

it('saves a change that is made while another is on its way, after it', async () => {
  const { keeping, begun, save } = setUp();
  const slow = held<null>();
  const first = keeping.run(save('name', slow.promise));
  const second = keeping.run(save('colour'));
  await Promise.resolve();
  expect(begun).toEqual(['name']);
  slow.resolve(null);
  expect(await Promise.all([first, second])).toEqual([true, true]);
  expect(begun).toEqual(['name', 'colour']);
});

it('saves of one value only the latest that waits', async () => {
  const { keeping, begun, save } = setUp();
  const slow = held<null>();
  const first = keeping.run(save('1', slow.promise), 'tries');
  const rest = ['2', '3'].map((tries) => keeping.run(save(tries), 'tries'));
  const other = keeping.run(save('order'), 'order');
  slow.resolve(null);
  expect(await Promise.all([first, ...rest, other])).toEqual([true, false, true, true]);
  expect(begun).toEqual(['1', '3', 'order']);
});

it('tells of a refusal, goes on after it, and forgets it with the next change', async () => {
  const { keeping, begun, save } = setUp();
  const refused = keeping.run(() => Promise.reject(new Trouble('bad_input')));
  const next = keeping.run(save('after'));
  expect(await Promise.all([refused, next])).toEqual([false, true]);
  expect([begun, keeping.trouble?.code]).toEqual([['after'], 'bad_input']);
  await keeping.run(save('again'));
  expect(keeping.trouble).toBe(null);
});
