import { expect, test } from 'vitest';
import { utcTime } from './utc-time.ts';

const NOON = Date.UTC(2024, 2, 5, 12);

test.each([
  ['2024-03-05T12:00Z', 0],
  [' 2024-03-05 12:00 ', 0],
  ['2024/03/05 13:00+01:00', 0],
  ['2024.03.05 12:00:00.500 UTC', 500],
  ['2024-03-05 07:00:00-0500', 0],
  ['2024-03-05T14:00:00+02', 0],
  ['2024/03/05', -43_200_000],
])('reads %s as the same moment in any time zone', (text, after) => {
  expect(utcTime(text)).toBe(NOON + after);
});

test.each(['', '10/03/2025', '2024-03/05', '2024-13-05', '20240305', 'March 5, 2024', '2024-03-05 25:00', '2024-03'])(
  'does not guess at %j',
  (text) => {
    expect(utcTime(text)).toBeNaN();
  },
);
