import { expect, it } from 'vitest';
import { en } from './en';
import { reasonSaid } from './reasons';
import { zh } from './zh';

it.each([
  ['客户忙', 'Busy'],
  ['线路故障', '线路故障'],
  ['constructor', 'constructor'],
  ['__proto__', '__proto__'],
])('says %s in English where there are words for it', (reason, said) => {
  expect(reasonSaid(reason, en)).toBe(said);
  expect(reasonSaid(reason, zh)).toBe(reason);
});
