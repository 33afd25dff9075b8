import { expect, it } from 'vitest';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import { randomMarket } from '../../book/random-market.ts';
import type { CandleTable } from '../../domain/candles.ts';
import { randomCandles } from '../../exchange/replay/price-walk.ts';
import type { Market } from '../../strategy/market.ts';
import { type BookTop, Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import type { LearningServices } from '../learning/learned-run.ts';
import { loadRegistry } from '../load-registry.ts';
import { prepare } from '../prepare.ts';
import { runTicks } from './tick-run.ts';

const pair = 'BTC/USDT:USDT';
const MINUTE = 60_000;
const events = randomMarket({ seed: 8, length: 4_000, meanGapNs: 100e6 });
const firstMs = events.originMs;
const spec = testSpec({ pair, kind: 'perpetual', minCost: 1, priceTick: 0.1, amountStep: 0.001 });
const history = randomCandles({
  seed: 3,
  name: 'BTC',
  from: Math.floor(firstMs / MINUTE) * MINUTE - 3_000 * MINUTE,
  length: 3_000,
  price: 50_000,
});
const registry = await loadRegistry();
const learning: LearningServices = {
  registry,
  jobs: 1,
  stored: () => {
    throw new Error('none is stored');
  },
};

/** Quotes on the side that a model of candles and the flow of the book agree on. */
class Learner extends Strategy {
  override timeframe = '1m';
  override stoploss = -1;
  override canShort = true;
  readonly seen: { readonly candle: number; readonly direction: number; readonly flow: number }[] = [];
  learnt = this.train({
    brain: {
      features: ['vroc', { name: 'zscore', period: 10, inputs: ['volume'] }],
      label: { name: 'direction', horizon: 1, classes: 2 },
      model: 'logistic-regression',
      window: '20h',
      every: '5h',
      handoverDelay: '5m',
    },
  });
  override features(m: Market) {
    return { brain: m.model(this.learnt.brain), flow: m.ticks('ofi', { levels: 3 }) };
  }
  override onBook({ bid, ask, time }: BookTop) {
    const { brain, flow } = this.f;
    const direction = brain.direction.now;
    this.seen.push({ candle: Math.floor(time / MINUTE), direction, flow: flow.z });
    const amount = 0.01;
    this.quote({
      bids: direction > 0 && !(flow.z < -2) ? [{ price: bid, amount }] : [],
      asks: direction < 0 && !(flow.z > 2) ? [{ price: ask, amount }] : [],
    });
  }
}

/** The same model without the book. */
class OverCandles extends Learner {
  override features(m: Market) {
    return { brain: m.model(this.learnt.brain) } as ReturnType<Learner['features']>;
  }
  override onCandle() {}
}

const shared = { exchange: 'test', stakeCurrency: 'USDT', startingBalance: 100_000, stakeAmount: 1_000 } as const;
const marketOf = (candles: CandleTable) => memoryMarket({ [pair]: { spec, candles: { '1m': candles } } });
const source = { name: 'Learner', create: (context: StrategyContext) => new Learner(context), codeHash: '' };

it('a model that is learned from candles answers on ticks beside streaming features, as it answers over candles', async () => {
  const { session, result } = await runTicks({
    ...shared,
    strategies: [source],
    markets: [{ pair, spec, grid: { tickSize: 0.1, lotSize: 0.001 }, parts: [events] }],
    originMs: firstMs,
    firstMs,
    data: marketOf(history),
    learning,
    venue: { quoteLeverage: 5 },
  });
  const { seen } = session.named[0]!.strategy as Learner;
  expect(seen.every(({ direction }) => Math.abs(direction) <= 1)).toBe(true);
  expect(seen.some(({ flow }) => !Number.isNaN(flow))).toBe(true);
  expect(result.fills.length).toBeGreaterThan(0);
  expect(result.inputs.settings.learned).toHaveLength(1);
  expect(result.notes.join(' ')).toContain('trainings on stored candles before the first tick');

  // The candles that the ticks made, put behind the stored ones: the same model over candles.
  const { grid, row } = session.markets[0]!.candles!;
  const column = (name: string) => grid.fields.get(name)!.values.slice(0, row + 1);
  const first = grid.fields.get('time')!.values[0]!;
  const before = history.time.indexOf(first);
  const whole = Object.fromEntries(
    (['time', 'open', 'high', 'low', 'close', 'volume'] as const).map((name) => [
      name,
      Float64Array.from([...history[name].subarray(0, before), ...column(name)]),
    ]),
  ) as unknown as CandleTable;
  const prepared = await prepare({
    ...PLAIN_RUN,
    ...shared,
    strategies: [{ name: 'Learner', create: (context: StrategyContext) => new OverCandles(context), codeHash: '' }],
    data: marketOf({ ...whole, length: whole.time.length }),
    pairs: [pair],
    learning,
    from: firstMs,
  });
  const series = prepared.strategies[0]!.features.get(pair)!.series.get('brain.direction')!;
  const told = new Map(
    [...prepared.plan.add(series).values].map((value, i) => [
      Math.round(prepared.pairs[0]!.candles.time[i]! / MINUTE) + 1,
      value,
    ]),
  );
  expect(new Set(seen.map(({ candle }) => candle)).size).toBeGreaterThan(4);
  for (const { candle, direction } of seen) expect([candle, direction]).toEqual([candle, told.get(candle)]);
});

it('says so where there is nothing to learn from', async () => {
  const run = runTicks({
    ...shared,
    strategies: [source],
    markets: [{ pair, spec, grid: { tickSize: 0.1, lotSize: 0.001 }, parts: [events] }],
    originMs: firstMs,
    firstMs,
    learning,
  });
  await expect(run).rejects.toThrow('TRAIN_HISTORY');
});
