import { expect, it } from 'vitest';
import { GatheredMarket, gatheredCandles } from './gathered-market.ts';

const candles = (from: number, to: number) =>
  gatheredCandles(
    'A/USDT',
    '1m',
    Array.from({ length: to - from }, (_, i) => [(from + i) * 60_000, 1, 2, 0.5, from + i, 10]),
  );

it('keeps what it hears in order, passes over what it has, and lets old rows go', async () => {
  const market = new GatheredMarket('test', 10 * 60_000);
  market.add(candles(0, 20));
  market.add(candles(15, 22));
  market.add(candles(3, 4));
  const all = await market.candles('test', 'A/USDT', '1m');
  // The twenty first candles were full: of them, those that are kept were carried over.
  expect([...all.close.subarray(0, all.length)]).toEqual([11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
  market.add(candles(22, 23));
  // A table that was handed out stays what it was.
  expect(all.close.at(-1)).toBe(21);
  const some = await market.candles('test', 'A/USDT', '1m', { from: 20 * 60_000, to: 22 * 60_000 });
  expect([...some.close]).toEqual([20, 21]);
  expect(await market.latest({ exchange: 'test', pair: 'A/USDT', type: 'candles', timeframe: '1m' })).toBe(22 * 60_000);
  await expect(market.candles('test', 'B/USDT', '1m')).rejects.toThrow('DATA_MISSING');
});

it('holds events and mark prices beside candles', async () => {
  const market = new GatheredMarket('test', Number.POSITIVE_INFINITY);
  const funding = { time: Float64Array.of(1, 2), rate: Float64Array.of(0.1, 0.2) };
  market.add({ pair: 'A/USDT', type: 'funding', timeframe: null, columns: funding });
  const { time, values, length } = await market.events('test', 'A/USDT', 'funding', { from: 2 });
  expect([length, [...time], [...values.rate!]]).toEqual([1, [2], [0.2]]);
  expect((await market.list()).map(({ type, rows }) => [type, rows])).toEqual([['funding', 2]]);
  await expect(market.trades()).rejects.toThrow('DATA_MISSING');
});
