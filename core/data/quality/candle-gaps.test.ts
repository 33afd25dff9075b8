import { expect, it } from 'vitest';
import { candleGaps } from './candle-gaps.ts';

const hour = (day: number, at: number) => Date.UTC(2024, 0, day, at);
const gaps = (pair: string, ...time: number[]) =>
  candleGaps({ exchange: 'x', pair, timeframe: '1h' }, Float64Array.from(time));

it('counts what is missing between candles', () => {
  expect(gaps('BTC/USDT', hour(1, 0), hour(1, 1), hour(1, 4), hour(1, 6))).toEqual([
    { row: 2, time: hour(1, 2), count: 2 },
    { row: 3, time: hour(1, 5), count: 1 },
  ]);
});

it('knows the weekends of forex, and only those', () => {
  const weekend = [hour(5, 21), hour(7, 22)];
  expect(gaps('EUR/USD', ...weekend)).toEqual([]);
  expect(gaps('EUR/USD', hour(5, 20), hour(8, 0))).toEqual([{ row: 1, time: hour(5, 21), count: 3 }]);
  expect(gaps('BTC/USDT', ...weekend)).toMatchObject([{ count: 48 }]);
});

it('finds none in events and in bars that trading makes', () => {
  for (const timeframe of [null, 'vol:100'])
    expect(candleGaps({ exchange: 'x', pair: 'A/B', timeframe }, Float64Array.of(0, 9e9))).toEqual([]);
});
