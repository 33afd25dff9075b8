import { expect, it } from 'vitest';
import { sliceCandles } from '../domain/candles.ts';
import { TidegateError } from '../foundation/errors.ts';
import { ema } from '../indicators/overlap/ema.ts';
import type { MarketData } from '../ports/market-data.ts';
import type { Market } from '../strategy/market.ts';
import { Strategy } from '../strategy/strategy.ts';
import { testCandles } from '../testing/candle-fakes.ts';
import { withBars } from './bar-data.ts';
import { prepare } from './prepare.ts';

const CANDLES = testCandles(4000);
const stored = (timeframe: string) => ({
  exchange: 'x',
  pair: 'BTC/USDT',
  type: 'candles',
  timeframe,
  rows: 4000,
  first: 0,
  last: 0,
  bytes: 0,
  source: '',
});
/** One pair of five-minute candles, in memory. */
const data = {
  root: 'memory',
  dataKind: 'synthetic',
  list: async () => [stored('1h'), stored('5m')],
  candles: async (_exchange: string, _pair: string, frame: string, { to = Number.POSITIVE_INFINITY } = {}) => {
    if (frame !== '5m') throw new TidegateError('DATA_MISSING', `no ${frame}`);
    return sliceCandles(CANDLES, 0, CANDLES.time.filter((t) => t < to).length);
  },
  contentHash: async (key: { timeframe: string }) => `hash of ${key.timeframe}`,
  specAt: async () => ({ assumed: true, spec: { pair: 'BTC/USDT', kind: 'spot', makerFee: 0, takerFee: 0 } }),
} as unknown as MarketData;

class OnBars extends Strategy {
  override timeframe = 'vol:5000';
  override features(m: Market) {
    return { fast: ema(m.candles.close, 5), trend: m.at('4h', (h) => ema(h.close, 2)) };
  }
  override onCandle() {}
}

it('makes bars from the shortest candles, from the start of history whatever the range', async () => {
  const bars = withBars(data);
  const whole = await bars.candles('x', 'BTC/USDT', 'vol:5000');
  const from = whole.time[30]!;
  const part = await bars.candles('x', 'BTC/USDT', 'vol:5000', { from, to: whole.time[60]! });
  expect(part.time).toEqual(whole.time.subarray(30, 60));
  expect(part.close).toEqual(whole.close.subarray(30, 60));
  expect(await bars.contentHash({ exchange: 'x', pair: 'BTC/USDT', type: 'candles', timeframe: 'vol:5000' })).toBe(
    'hash of 5m',
  );
  expect((await bars.candles('x', 'BTC/USDT', '5m')).length).toBe(4000);
});

it('is a timeframe of a strategy, longer ones of the clock included, and never early', async () => {
  const options = {
    strategies: [{ name: 'OnBars', create: () => new OnBars() }],
    data,
    exchange: 'x',
    pairs: ['BTC/USDT'],
    fills: 'honest',
  };
  const run = await prepare(options as never);
  const [pair] = run.pairs;
  const { fast, trend } = Object.fromEntries(run.strategies[0]!.features.get('BTC/USDT')!.series) as never as Record<
    string,
    Parameters<typeof run.plan.add>[0]
  >;
  const fastValues = run.plan.add(fast!).values;
  const trendValues = run.plan.add(trend!).values;
  const rows = pair!.candles.length;
  expect(rows).toBeGreaterThan(50);
  expect(fastValues.subarray(4, rows).every((x) => x > 0)).toBe(true);
  // The first bar that can know two whole four-hour candles.
  const known = trendValues.findIndex((x) => !Number.isNaN(x));
  expect(known).toBeGreaterThan(0);
  expect(pair!.grid.available.values[known]! - pair!.grid.available.values[0]!).toBeGreaterThan(4 * 3_600_000);
});

it('says so where bars are asked for inside a run, or nothing is stored', async () => {
  await expect(withBars(data).candles('x', 'ETH/USDT', 'vol:1')).rejects.toThrow(/no trades or candles of ETH\/USDT/);
  class Inside extends OnBars {
    override timeframe = '5m';
    override features(m: Market) {
      return { fast: ema(m.candles.close, 5), trend: m.at('vol:5000', (h) => ema(h.close, 2)) };
    }
  }
  const options = {
    strategies: [{ name: 'Inside', create: () => new Inside() }],
    data,
    exchange: 'x',
    pairs: ['BTC/USDT'],
    fills: 'honest',
  };
  await expect(prepare(options as never)).rejects.toThrow(/vol:5000 bars cannot be made inside a run on 5m/);
});

it('is refused where fills are those of freqtrade', async () => {
  const options = {
    strategies: [{ name: 'OnBars', create: () => new OnBars() }],
    data,
    exchange: 'x',
    pairs: ['BTC/USDT'],
    fills: 'freqtrade',
  };
  await expect(prepare(options as never)).rejects.toThrow(/freqtrade profile knows time only, not vol:5000 bars/);
});
