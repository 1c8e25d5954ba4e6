import { expect, it } from 'vitest';
import { here, otherClock } from './zone';

const NOW = Date.UTC(2026, 10, 23, 2, 0);

it('names the zone of this computer and how far it is from UTC', () => {
  const zone = here(NOW);
  expect(zone.name).not.toBe('');
  expect(zone.offset_minutes).toBe(-new Date(NOW).getTimezoneOffset());
});

it('tells a clock only where it shows another hour than this one', () => {
  const { offset_minutes } = here(NOW);
  const local = '2026-11-23T10:00';
  expect(otherClock({ local, offset_minutes }, NOW)).toBe('');
  expect(otherClock(null, NOW)).toBe('');
  const shown = otherClock({ local, offset_minutes: offset_minutes + 60 }, NOW);
  expect(shown).toContain('2026-11-23 10:00 (UTC');
});
