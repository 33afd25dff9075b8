import { expect, it } from 'vitest';
import { z } from 'zod';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import { candlesFrom } from '../../domain/candles.ts';
import { sma } from '../../indicators/overlap/sma.ts';
import { userFeature } from '../../indicators/user-feature.ts';
import type { Bar } from '../../strategy/bar.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { checkStrategy } from './check-strategy.ts';

class Average extends Strategy {
  override timeframe = '1h';
  override features(m: Market) {
    return { average: sma(m.candles.close, 20) };
  }
  override onCandle({ f, candle }: Bar<this>): void {
    if (candle.close > f.average.now) this.enter.long();
    else this.exit.long();
  }
}

const decayed = (settle?: () => number) =>
  userFeature({
    name: 'decayed',
    inputs: ['x'],
    options: z.object({}),
    ...(settle && { settle }),
    next: () => {
      let mean = Number.NaN;
      return (x) => (mean = Number.isNaN(mean) ? x : mean + (x - mean) / 8);
    },
  });
const total = userFeature({
  name: 'total',
  inputs: ['x'],
  options: z.object({}),
  next: () => {
    let sum = 0;
    return (x) => (sum += x);
  },
});

it.each([
  ['without its memory being said', decayed(), /It needs \d+ candles: set startupCandles = \d+, or state settle/],
  ['with it', decayed(() => 250), undefined],
  ['that is a running total', total, /^Trade on its changes/],
])('tells how much history a feature of ones own needs, %s', async (_, feature, want) => {
  class Own extends Strategy {
    override timeframe = '1h';
    override features(m: Market) {
      return { own: feature(m.candles.close) };
    }
    override onCandle(_bar: Bar<this>): void {}
  }
  const spec = testSpec({ pair: 'A/USDT', kind: 'spot', minCost: 1 });
  const strategies = [{ name: 'Own', create: (context: StrategyContext) => new Own(context), codeHash: 'code' }];
  const data = memoryMarket({ 'A/USDT': { spec, candles: { '1h': hintingMarket(1500) } } });
  const { findings } = await checkStrategy(
    { ...PLAIN_RUN, strategies, data, pairs: ['A/USDT'] },
    { candles: 300, cuts: 2, load: async () => strategies },
  );
  const [found] = findings.filter(({ check }) => check === 'warm-up');
  if (want === undefined) expect(found).toBeUndefined();
  else expect([found?.severity, found?.remedy]).toEqual(['warn', expect.stringMatching(want)]);
});

it('does not take candles that are missing in the history for a warm-up that is too short', async () => {
  const whole = hintingMarket(900);
  const rows = Array.from({ length: whole.length }, (_, i) => ({
    time: whole.time[i]!,
    open: whole.open[i]!,
    high: whole.high[i]!,
    low: whole.low[i]!,
    close: whole.close[i]!,
    volume: whole.volume[i]!,
  }));
  // Thirty hours are missing long before anything is traded.
  const table = candlesFrom(rows.filter((_, i) => i < 100 || i >= 130));
  const spec = testSpec({ pair: 'A/USDT', kind: 'spot', minCost: 1 });
  const strategies = [
    { name: 'Average', create: (context: StrategyContext) => new Average(context), codeHash: 'code' },
  ];
  const { findings } = await checkStrategy(
    {
      ...PLAIN_RUN,
      strategies,
      data: memoryMarket({ 'A/USDT': { spec, candles: { '1h': table } } }),
      pairs: ['A/USDT'],
    },
    { candles: 300, cuts: 2, load: async () => strategies },
  );
  expect(findings).toEqual([]);
});
