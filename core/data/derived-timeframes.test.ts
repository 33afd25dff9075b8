import { expect, it } from 'vitest';
import { withDerivedTimeframes } from './derived-timeframes.ts';
import { synthMarket } from './synth/synth-market.ts';

const from = Date.UTC(2024, 0, 1);
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

it('keeps to whole candles inside a range', async () => {
  const hours = await derived.candles('synthetic', 'BTC/USDT', '1h', {
    from: from + 90 * 60_000,
    to: from + 330 * 60_000,
  });
  expect([...hours.time].map((t) => (t - from) / 3_600_000)).toEqual([2, 3, 4]);
});
