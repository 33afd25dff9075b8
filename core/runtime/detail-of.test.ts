import { expect, it } from 'vitest';
import { detailOf } from './detail-of.ts';

const of = (detailTimeframe: string | undefined, frame: string) =>
  detailOf(detailTimeframe === undefined ? {} : { detailTimeframe }, frame);

it('is what was asked for where it makes up the timeframe, else none', () => {
  expect(of('1m', '5m')).toBe('1m');
  expect(of('1h', '1M')).toBe('1h');
  expect(of('5m', '5m')).toBe(null);
  expect(of(undefined, '5m')).toBe(null);
});

it('is refused where it is longer than a candle or does not make it up', () => {
  expect(() => of('1h', '5m')).toThrow(/CONFIG_VALUE: a detail of 1h is longer than 5m/);
  expect(() => of('3m', '5m')).toThrow(/a detail of 3m does not make up 5m/);
  expect(() => of('tick:500', '5m')).toThrow(/does not end by the clock/);
  expect(() => of('soon', '5m')).toThrow(/TIMEFRAME_INVALID/);
});
