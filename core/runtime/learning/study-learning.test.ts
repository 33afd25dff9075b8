import { expect, it } from 'vitest';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import { configSchema } from '../../config/schema.ts';
import { PipelineStrategy } from '../../strategy/pipeline/pipeline-strategy.ts';
import { Strategy } from '../../strategy/strategy.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { backtest } from '../backtest.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { loadRegistry } from '../load-registry.ts';
import { studyLearning } from './study-learning.ts';

const registry = await loadRegistry();
const hints = {
  features: ['vroc', { name: 'zscore', period: 10, inputs: ['volume'] }],
  label: { name: 'direction', horizon: 1, classes: 2 },
  model: 'logistic-regression',
  window: '10d',
  every: '5d',
};
const config = configSchema.parse({
  strategy: 'PipelineStrategy',
  pipeline: {
    models: {
      one: hints,
      twin: { ...hints, model: { name: 'logistic-regression', l2: 2 } },
      blind: { ...hints, features: 'mean-reversion' },
    },
    ensembles: { all: { members: ['one', 'twin', 'blind'] } },
    predict: 'all',
    direction: 0.05,
  },
});
const table = hintingMarket(1000);
const spec = testSpec({ pair: 'A/USDT', kind: 'spot', minCost: 1 });
const data = memoryMarket({ 'A/USDT': { spec, candles: { '1h': table, '5m': table } } });

const optionsOf = async ({ parameters, pipeline }: typeof config): Promise<BacktestOptions> => ({
  strategies: [
    {
      name: 'PipelineStrategy',
      create: (context) =>
        pipeline ? new PipelineStrategy({ ...context, pipeline }) : new (class extends Strategy {})(),
      codeHash: 'code',
      ...(parameters && { parameters }),
    },
  ],
  data,
  pairs: ['A/USDT'],
  ...PLAIN_RUN,
  learning: { registry, jobs: 1, stored: () => expect.unreachable() },
});

const baseOf = async (of: typeof config) => {
  const own = await optionsOf(of);
  return { own, whole: await backtest(own) };
};

it('runs a strategy gated, without each member, and at other fees', async () => {
  const study = await studyLearning(config, await baseOf(config), optionsOf, [0, 0.5, 1], () => undefined);
  const trades = study.gate.map((g) => g.trades);
  expect(trades[0]).toBeGreaterThan(trades[1]!);
  expect(trades[2]).toBe(0);
  const [ensemble] = study.ensembles;
  const [one, twin, blind] = ensemble!.members;
  // Two of a kind are one opinion; what adds nothing is missed by nobody.
  expect(ensemble!.alike.map(({ a, b }) => [a, b])).toEqual([['one', 'twin']]);
  expect(blind!.ownHitRate).toBeLessThan(0.56);
  expect(one!.ownHitRate).toBeGreaterThan(0.65);
  expect(blind!.hitRate).toBeGreaterThan(ensemble!.hitRate - 0.01);
  expect(twin!.profit).not.toBe(one!.profit);
  expect(study.costsOf).toBe('fees');
  const [free, paid, double] = study.costs;
  expect(free!.fees).toBe(0);
  expect(double!.fees).toBeGreaterThan(1.9 * paid!.fees);
  expect(paid!.profit).toBe(study.run.profit);
  expect(free!.profit).toBeGreaterThan(paid!.profit);
});

it('multiplies the spread where a market has no fees', async () => {
  const one = configSchema.parse({
    strategy: 'PipelineStrategy',
    pipeline: { models: { one: hints }, predict: 'one', direction: 0.05 },
  });
  const feeless = async (of: typeof config) => ({
    ...(await optionsOf(of)),
    fee: 0,
    costs: { ...PLAIN_RUN.costs, spreadBps: 4 },
  });
  const own = await feeless(one);
  const study = await studyLearning(one, { own, whole: await backtest(own) }, feeless, [], () => undefined);
  expect(study.costsOf).toBe('spread');
  const [none, paid, double] = study.costs.map(({ profit }) => profit);
  expect(none).toBeGreaterThan(paid!);
  expect(paid).toBeGreaterThan(double!);
  expect(paid).toBe(study.run.profit);
});

it('refuses a strategy that learns nothing', async () => {
  const { pipeline: _, ...plain } = config;
  const base = await baseOf(plain as typeof config);
  await expect(studyLearning({ ...plain }, base, optionsOf as never, [0], () => undefined)).rejects.toThrow(
    /LEARN_NO_BLOCK/,
  );
});
