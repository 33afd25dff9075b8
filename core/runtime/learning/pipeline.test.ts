import { describe, expect, it } from 'vitest';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import type { CandleTable } from '../../domain/candles.ts';
import type { PipelineInput } from '../../strategy/pipeline/pipeline-settings.ts';
import { PipelineStrategy } from '../../strategy/pipeline/pipeline-strategy.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { backtest } from '../backtest.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { loadRegistry } from '../load-registry.ts';

const registry = await loadRegistry();
const hints = (model: unknown = 'logistic-regression') => ({
  features: ['vroc', { name: 'zscore', period: 10, inputs: ['volume'] }],
  label: { name: 'direction', horizon: 1, classes: 2 },
  model,
  window: '10d',
  every: '5d',
});

async function run(
  pipeline: PipelineInput,
  candles: CandleTable = hintingMarket(1200),
  kind: 'spot' | 'perpetual' = 'spot',
) {
  const pair = kind === 'spot' ? 'A/USDT' : 'A/USDT:USDT';
  const options: BacktestOptions = {
    strategies: [
      {
        name: 'PipelineStrategy',
        create: (context) => new PipelineStrategy({ ...context, pipeline }),
        codeHash: 'code',
      },
    ],
    data: memoryMarket({ [pair]: { spec: testSpec({ pair, kind, minCost: 1 }), candles: { '1h': candles } } }),
    pairs: [pair],
    ...PLAIN_RUN,
    assumeFunding: 0,
    learning: { registry, jobs: 1, stored: () => expect.unreachable() },
  };
  const { result, learning } = await backtest(options);
  return { result, learning, features: result.market.get(pair)!.features };
}

describe('a pipeline', () => {
  it('trades what its model says, both ways where it may, and no more than its gates let through', async () => {
    const open = await run(
      { models: { hints: hints() }, predict: 'hints', direction: 0.05, canShort: true },
      hintingMarket(1200),
      'perpetual',
    );
    expect(open.result.finalBalance).toBeGreaterThan(11_000);
    expect(new Set(open.result.trades.map((t) => t.side))).toEqual(new Set(['long', 'short']));
    const strict = await run(
      { models: { hints: hints() }, predict: 'hints', direction: 0.05, confidence: 0.8, canShort: true },
      hintingMarket(1200),
      'perpetual',
    );
    expect(strict.result.trades.length).toBeGreaterThan(10);
    expect(strict.result.trades.some((t) => t.side === 'short')).toBe(true);
    expect(strict.result.trades.length).toBeLessThan(open.result.trades.length / 2);
    const said = strict.features['said.hints.confidence']!;
    const { time } = strict.result.market.get('A/USDT:USDT')!.candles;
    for (const trade of strict.result.trades) {
      const row = time.indexOf(trade.openTime) - 1;
      expect(said[row]).toBeGreaterThanOrEqual(0.8);
    }
  });

  it('chooses by regime: settings of each, flat where it shall be, and out when the predictor changes', async () => {
    const { result, features } = await run({
      models: { hints: hints() },
      regime: {
        regime: { name: 'adaptive', period: 10, window: 60 },
        window: '10d',
        every: '5d',
        hysteresis: { rows: 2 },
      },
      predict: { trending: 'hints', ranging: 'grid', otherwise: 'flat' },
      direction: 0,
      grid: { period: 20, step: 1, levels: 3 },
      byRegime: { trending: { size: 0.5 } },
    });
    const state = features['regime.state']!;
    const { time } = result.market.get('A/USDT')!.candles;
    const tags = new Map<string, number>();
    for (const trade of result.trades) {
      tags.set(trade.entryTag!, (tags.get(trade.entryTag!) ?? 0) + 1);
      const row = time.indexOf(trade.openTime) - 1;
      expect(trade.entryTag).toBe(state[row] === 0 ? 'trending:hints' : 'ranging:grid');
      if (state[row] === 0) expect(trade.stake).toBeCloseTo(500, -1);
    }
    expect([...tags.keys()].sort()).toEqual(['ranging:grid', 'trending:hints']);
    // A grid adds at the next level, and leaves at the mean.
    expect(result.trades.some((t) => t.entryTag === 'ranging:grid' && t.orders.length > 2)).toBe(true);
    expect(new Set(result.trades.map((t) => t.exitTag))).toContain('mean');
    expect(new Set(result.trades.map((t) => t.exitTag))).toContain('regime');
  });

  it('stands aside while much is expected to move', async () => {
    const pipeline = {
      models: { hints: hints() },
      predict: 'hints',
      volatility: { volatility: { name: 'ewma' }, window: '5d', every: '5d' },
    };
    const all = await run({ ...pipeline, stop: 3 });
    const gated = await run({ ...pipeline, gate: { above: 0.5, window: 50 }, stop: 3 });
    const rank = gated.features.rank!;
    const { time } = gated.result.market.get('A/USDT')!.candles;
    for (const trade of gated.result.trades) {
      const row = time.indexOf(trade.openTime) - 1;
      // NaN, before the window is full, holds nothing back.
      expect(rank[row]! > 0).toBe(false);
      expect(trade.initialStop).not.toBeNull();
    }
    expect(gated.result.trades.length).toBeLessThan(0.8 * all.result.trades.length);
  });

  it('puts models together: by accuracy, or by a model that learns from what they said of unseen rows', async () => {
    const models = { one: hints(), two: { ...hints('decision-tree'), every: '3d' } };
    const weighed = await run({
      models,
      ensembles: { both: { members: ['one', 'two'], weighting: 'accuracy' } },
      predict: 'both',
    });
    const shares = ['one', 'two'].map((m) => weighed.features[`said.both.weight-${m}`]!);
    expect(shares[0]!.at(-1)! + shares[1]!.at(-1)!).toBeCloseTo(1, 12);
    const stacked = await run({
      models,
      ensembles: { stack: { members: ['one', 'two'], weighting: 'stacking', block: { window: '10d', every: '5d' } } },
      predict: 'stack',
    });
    const report = stacked.learning.find((b) => b.block === 'stack')!;
    expect(report.scores.auc).toBeGreaterThan(0.75);
    // The confidence of an ensemble is how much its members agree, however they are put together.
    const last = (of: typeof stacked, name: string) => of.features[name]!.slice(-100);
    expect(last(stacked, 'said.stack.confidence')).toEqual(last(weighed, 'said.both.confidence'));
    expect(last(stacked, 'said.stack.direction')).not.toEqual(last(weighed, 'said.both.direction'));
    // It learned from rows that the members answered only.
    const members = stacked.learning.filter((b) => b.block !== 'stack');
    expect(report.trainings[0]!.at).toBeGreaterThanOrEqual(
      Math.max(...members.map((b) => b.trainings[0]!.from)) + 10 * 86_400_000,
    );
  });

  it.each([
    [
      { predict: 'momentun', models: { momentum: hints() } },
      /pipeline\.predict: there is no "momentun".*Did you mean "momentum"/,
    ],
    [{ predict: { trend: 'flat' } }, /pipeline\.predict: it names states, and there is no regime/],
    [
      { predict: { tredn: 'flat' }, regime: { regime: 'hmm', window: '10d' } },
      /there is no "tredn".*Did you mean "trend"/,
    ],
    [{ predict: 'flat', gate: {} }, /there is no volatility to gate by/],
    [{ predict: 'flat', confidence: 2 }, /pipeline\.confidence: cannot be 2/],
    [{ predict: 'flat', confidense: 0.5 }, /pipeline\.confidense: there is no such setting.*Did you mean "confidence"/],
    [
      { predict: 'flat', ensembles: { all: { members: ['a', 'b'] } } },
      /pipeline\.ensembles\.all\.members: there is no "a"/,
    ],
    [{ predict: 'm', models: { m: { windoww: 3 } } }, /TRAIN_BLOCK: the train block "m" has no setting "windoww"/],
  ])('refuses %j', async (pipeline, message) => {
    await expect(run(pipeline as unknown as PipelineInput)).rejects.toThrow(message);
  });
});
