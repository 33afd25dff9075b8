import { expect, it } from 'vitest';
import { detailOf } from './timeframe.ts';

it('a detail is what was asked for where it makes up the timeframe, else none', () => {
  expect(detailOf('1m', '5m')).toBe('1m');
  expect(detailOf('1h', '1M')).toBe('1h');
  expect(detailOf('5m', '5m')).toBe(null);
  expect(detailOf(undefined, '5m')).toBe(null);
});

it('a detail is refused where it is longer than a candle or does not make it up', () => {
  expect(() => detailOf('1h', '5m')).toThrow(/CONFIG_VALUE: a detail of 1h is longer than 5m/);
  expect(() => detailOf('3m', '5m')).toThrow(/a detail of 3m does not make up 5m/);
  expect(() => detailOf('tick:500', '5m')).toThrow(/does not end by the clock/);
  expect(() => detailOf('soon', '5m')).toThrow(/TIMEFRAME_INVALID/);
});
