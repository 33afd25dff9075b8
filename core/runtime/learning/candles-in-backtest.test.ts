import { describe, expect, it } from 'vitest';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import type { CandleTable } from '../../domain/candles.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import { testCandles } from '../../testing/candle-fakes.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { checkUserKernels } from '../check-kernels.ts';
import { loadRegistry } from '../load-registry.ts';
import { prepare } from '../prepare.ts';

const registry = await loadRegistry();

class Watcher extends Strategy {
  override timeframe = '5m';
  learnt = this.train({
    regime: { regime: { name: 'hmm', restarts: 1, period: 10 }, window: '2d', every: '12h' },
    adaptive: { regime: { name: 'adaptive', window: 100 }, window: '1d', every: '12h' },
    garch: { volatility: { name: 'garch', errors: 'normal' }, window: '2d', every: '12h', horizon: 12 },
    ewma: { volatility: { name: 'ewma', of: 'ranges' }, window: 200, every: 100 },
  });
  names: readonly string[] = [];
  override features(m: Market) {
    this.names = m.states(this.learnt.regime);
    return {
      regime: m.regime(this.learnt.regime),
      adaptive: m.regime(this.learnt.adaptive),
      garch: m.volatility(this.learnt.garch),
      ewma: m.volatility(this.learnt.ewma),
    };
  }
}

const options = (candles: CandleTable): BacktestOptions => ({
  strategies: [{ name: 'Watcher', create: (context: StrategyContext) => new Watcher(context), codeHash: 'code' }],
  data: memoryMarket({
    'A/USDT': { spec: testSpec({ pair: 'A/USDT', kind: 'spot', minCost: 1 }), candles: { '5m': candles } },
  }),
  pairs: ['A/USDT'],
  ...PLAIN_RUN,
  learning: { registry, jobs: 1, stored: () => expect.unreachable() },
});

const columnsOf = async (candles: CandleTable) => {
  const { plan, strategies, trainings } = await prepare(options(candles));
  const features = strategies[0]!.features.get('A/USDT')!.series;
  const columns = new Map([...features].map(([name, series]) => [name, plan.add(series).values.slice()]));
  return { columns, trainings, plan, strategy: strategies[0]!.strategy as Watcher };
};

describe('regimes and volatilities that learn in a backtest', () => {
  it('say the same of the past whatever the future brings', async () => {
    const whole = testCandles(1800);
    const other = testCandles(1800, 2);
    const cut = 1300;
    const scale = whole.close[cut - 1]! / other.close[cut - 1]!;
    const joined = { ...whole };
    for (const field of ['open', 'high', 'low', 'close', 'volume'] as const)
      joined[field] = whole[field].map((x, i) => (i < cut ? x : other[field][i]! * scale)) as never;
    const [one, two] = [await columnsOf(whole), await columnsOf(joined)];
    for (const [name, column] of one.columns) {
      expect(column.subarray(0, cut), name).toEqual(two.columns.get(name)!.subarray(0, cut));
      expect(column.subarray(cut), name).not.toEqual(two.columns.get(name)!.subarray(cut));
    }
  });

  it('answer from their first training on, the same in any pieces', async () => {
    const candles = testCandles(1400);
    const { columns, plan, trainings, strategy } = await columnsOf(candles);
    expect(strategy.names).toEqual(['trend', 'chop', 'high-stress']);
    for (const name of ['regime.state', 'garch', 'ewma']) {
      const block = name.split('.')[0];
      const first = columns.get(name)!.findIndex((x) => !Number.isNaN(x));
      const training = trainings.find((t) => t.block === block)!;
      expect(candles.time[first]! + 300_000, name).toBeGreaterThanOrEqual(training.from);
      expect(candles.time[first]!, name).toBeLessThan(training.from);
      expect(columns.get(name)!.subarray(first).every(Number.isFinite), name).toBe(true);
    }
    // Twelve candles move further than one.
    const mean = (name: string) =>
      columns
        .get(name)!
        .subarray(1000)
        .reduce((sum, x) => sum + x, 0);
    expect(mean('garch')).toBeGreaterThan(2 * mean('ewma'));
    // Every kernel again over cuts and prefixes of a sample: those that learned among them.
    await checkUserKernels(plan);
  });

  it('need candles for a first window', async () => {
    await expect(columnsOf(hintingMarket(30))).rejects.toThrow(/TRAIN_HISTORY: the train block "regime" sees 2d/);
  });
});
