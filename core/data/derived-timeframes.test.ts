import { expect, it } from 'vitest';
import { withDerivedTimeframes } from './derived-timeframes.ts';
import { synthMarket } from './synth/synth-market.ts';

const from = Date.UTC(2024, 0, 1);
const HOUR = 3_600_000;
const market = synthMarket({ seed: 3, pairs: ['BTC/USDT'], from, days: 3 });
const derived = withDerivedTimeframes({
  ...market,
  list: () => market.list(),
  candles: (exchange, pair, timeframe, options) => {
    if (timeframe !== '1m') throw new Error(`only 1m is stored, not ${timeframe}`);
    return market.candles(exchange, pair, timeframe, options);
  },
});

it('makes longer candles from the stored ones', async () => {
  const hours = await derived.candles('synthetic', 'BTC/USDT', '1h');
  const minutes = await derived.candles('synthetic', 'BTC/USDT', '1m');
  expect(hours.length).toBe(72);
  expect(hours.open[5]).toBe(minutes.open[300]);
  expect(hours.close[5]).toBe(minutes.close[359]);
  expect(hours.high[5]).toBe(Math.max(...minutes.high.subarray(300, 360)));
});

it.each([
  { from: from + 90 * 60_000, to: from + 330 * 60_000, hours: [2, 3, 4, 5] },
  { from: from + 2 * HOUR, to: from + 5 * HOUR, hours: [2, 3, 4] },
  { from: from + 2 * HOUR + 1, to: from + 5 * HOUR + 1, hours: [3, 4, 5] },
])('finds the candles that open in a range, as among stored ones: $hours', async ({ hours, ...range }) => {
  const made = await derived.candles('synthetic', 'BTC/USDT', '1h', range);
  expect([...made.time].map((t) => (t - from) / HOUR)).toEqual(hours);
  expect(made).toEqual(await market.candles('synthetic', 'BTC/USDT', '1h', range));
  const asked: unknown[] = [];
  const hashed = withDerivedTimeframes({
    ...market,
    list: async () => (await market.list()).filter((s) => s.timeframe === '1m'),
    contentHash: async (key, of) => `${asked.push(key.timeframe, of)}`,
  });
  await hashed.contentHash({ exchange: 'synthetic', pair: 'BTC/USDT', type: 'candles', timeframe: '1h' }, range);
  expect(asked).toEqual(['1m', { from: from + hours[0]! * HOUR, to: from + (hours.at(-1)! + 1) * HOUR }]);
});
