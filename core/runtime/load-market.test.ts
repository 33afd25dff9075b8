import { expect, test } from 'vitest';
import { synthMarket } from '../data/synth/synth-market.ts';
import type { CandleTable } from '../domain/candles.ts';
import { fundingWithMarks, LoadedGrids, loadGrids } from './load-market.ts';

const HOUR = 3_600_000;

test('a settlement takes the open of the mark candle that begins there', () => {
  const marks = { table: candles([7, 8, 9], 10), frame: '1h' };
  const { mark, missing } = fundingWithMarks(settlementsAt(8), marks, candles([7, 8, 9], 100));
  expect([...mark]).toEqual([11]);
  expect(missing).toBe(0);
});

test('while the mark candle of a settlement is still going on, the close of the one before is its price', () => {
  const marks = { table: candles([6, 7], 10), frame: '1h' };
  const { mark, missing } = fundingWithMarks(settlementsAt(8), marks, candles([7, 8, 9], 100));
  expect([...mark]).toEqual([11.5]);
  expect(missing).toBe(0);
});

test('a settlement that no mark candle touches is counted, and the last price stands in', () => {
  const marks = { table: candles([5, 6], 10), frame: '1h' };
  const { mark, missing } = fundingWithMarks(settlementsAt(8), marks, candles([7, 8, 9], 100));
  expect([...mark]).toEqual([101]);
  expect(missing).toBe(1);
});

test('what happens at the very end of a range is known to the candle that closes there, as in a longer range', async () => {
  const pair = 'BTC/USDT:USDT';
  const market = synthMarket({ seed: 3, pairs: [pair], from: 0, days: 2, timeframe: '1h', tickMinutes: 0 });
  const grid = { pair, timeframe: '', type: 'funding' };
  const loaded = new LoadedGrids();
  const range = { to: 16 * HOUR };
  await loadGrids([grid], loaded, { data: market, exchange: 'synthetic', baseTimeframe: '1h', range });
  const { available, end } = loaded.provider(grid)!;
  expect([...available.values.subarray(0, end)]).toEqual([8 * HOUR, 16 * HOUR]);
});

test('of what is published seldom, what was known when a range begins is there', async () => {
  const pair = 'BTC/USDT:USDT';
  const market = synthMarket({ seed: 3, pairs: [pair], from: 0, days: 3, timeframe: '1h', tickMinutes: 0 });
  const loaded = new LoadedGrids();
  const range = { from: 39 * HOUR, to: 41 * HOUR };
  const knownAtStart = async (type: string) => {
    const grid = { pair, timeframe: '', type };
    await loadGrids([grid], loaded, { data: market, exchange: 'synthetic', baseTimeframe: '1h', range });
    const { available, end } = loaded.provider(grid)!;
    return available.values.subarray(0, end).findLast((time) => time <= range.from)! / HOUR;
  };
  expect([await knownAtStart('funding'), await knownAtStart('mark')]).toEqual([32, 39]);
});

/** Candles of an hour: the k-th opens at `first + k` and closes half above. */
function candles(hours: readonly number[], first: number): CandleTable {
  const open = Float64Array.from(hours, (_, k) => first + k);
  const close = open.map((price) => price + 0.5);
  return {
    length: hours.length,
    time: Float64Array.from(hours, (hour) => hour * HOUR),
    open,
    high: close,
    low: open,
    close,
    volume: new Float64Array(hours.length),
  };
}

function settlementsAt(...hours: number[]) {
  return {
    length: hours.length,
    time: Float64Array.from(hours, (hour) => hour * HOUR),
    values: { rate: Float64Array.from(hours, () => 0.0001) },
  };
}
