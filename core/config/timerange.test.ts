import { expect, it } from 'vitest';
import { parseTimerange } from './timerange.ts';

it('reads days, times and milliseconds, open at either end', () => {
  const from = Date.UTC(2024, 0, 1);
  const to = Date.UTC(2024, 1, 1);
  expect(parseTimerange('20240101-20240201')).toEqual({ from, to });
  expect(parseTimerange('20240101-')).toEqual({ from });
  expect(parseTimerange(' -20240201 ')).toEqual({ to });
  expect(parseTimerange('20240101T1230-20240101T14:00')).toEqual({
    from: from + 750 * 60_000,
    to: from + 840 * 60_000,
  });
  expect(parseTimerange(`${from}-${to}`)).toEqual({ from, to });
  expect(parseTimerange(`${from / 1000}-${to / 1000}`)).toEqual({ from, to });
});

it('reads days with dashes and blanks about the dash', () => {
  const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 1, 1) };
  expect(parseTimerange('2024-01-01-2024-02-01')).toEqual(range);
  expect(parseTimerange('2024-01-01 - 2024-02-01')).toEqual(range);
  expect(parseTimerange('20240101 - 20240201')).toEqual(range);
  expect(parseTimerange('2024-01-01T12:30-')).toEqual({ from: range.from + 750 * 60_000 });
  expect(parseTimerange('-2024-02-01')).toEqual({ to: range.to });
});

it.each([
  '',
  '-',
  'yesterday',
  '2024-01-01',
  '20240101',
  '20240230-20240301',
  '20241301-',
  '20240101T2500-',
  '20240101T1261-',
])('refuses "%s"', (text) => {
  expect(() => parseTimerange(text)).toThrow(/USAGE_TIMERANGE/);
});

it('refuses a range that ends before it starts', () => {
  expect(() => parseTimerange('20240201-20240101')).toThrow(/ends before it starts/);
  expect(() => parseTimerange('20240201-20240201')).toThrow(/is empty: it ends where it starts/);
});
