import { expect, it } from 'vitest';
import { readFace } from './face';

it('is taken as it is', () => {
  const face = { mode: 'practice', language: 'zh', theme: 'dark' };
  expect(readFace(face)).toEqual(face);
});

it.each([
  undefined,
  null,
  'live',
  [],
  {},
  { mode: 'live', language: 'zh' },
  { mode: 'live', language: 'fr', theme: 'dark' },
  { mode: '<b>', language: 'zh', theme: 'dark' },
])('is none where it is %j', (value) => {
  expect(readFace(value)).toBeNull();
});
