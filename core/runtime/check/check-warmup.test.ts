import { expect, it } from 'vitest';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import { candlesFrom } from '../../domain/candles.ts';
import { sma } from '../../indicators/overlap/sma.ts';
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
