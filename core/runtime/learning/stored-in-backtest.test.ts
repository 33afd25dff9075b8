import { describe, expect, it } from 'vitest';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import { TidegateError } from '../../foundation/errors.ts';
import type { ModelDocument } from '../../ml/store/model-document.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { loadRegistry } from '../load-registry.ts';
import { prepare } from '../prepare.ts';
import { trainModel } from './train-model.ts';

const registry = await loadRegistry();
const table = hintingMarket(1500);
const data = memoryMarket({
  'A/USDT': { spec: testSpec({ pair: 'A/USDT', kind: 'spot', minCost: 1 }), candles: { '1h': table, '4h': table } },
});
const trained = async (to: number) =>
  (
    await trainModel({
      data,
      registry,
      exchange: 'test',
      pairs: ['A/USDT'],
      timeframe: '1h',
      to,
      features: ['vroc', { name: 'zscore', period: 10, inputs: ['volume'], only: ['zscore'] }],
      label: { name: 'direction', horizon: 1, classes: 2 },
      model: 'logistic-regression',
      prepare: ['standard'],
      shares: { train: 0.7, validation: 0.15 },
      name: 'hints',
      now: 0,
    })
  ).document;

class UsesStored extends Strategy {
  override timeframe = '1h';
  fallback?: string;
  override features(m: Market) {
    return { hints: m.model('hints@1', this.fallback === undefined ? {} : { fallback: this.fallback }) };
  }
}

const options = (
  stored: (reference: string) => ModelDocument,
  over: Partial<BacktestOptions> = {},
): BacktestOptions => ({
  strategies: [{ name: 'UsesStored', create: (context: StrategyContext) => new UsesStored(context), codeHash: 'code' }],
  data,
  pairs: ['A/USDT'],
  ...PLAIN_RUN,
  learning: { registry, jobs: 1, stored },
  ...over,
});

describe('a stored model in a strategy', () => {
  it('answers, but only for what came after its training', async () => {
    const document = await trained(table.time[1000]!);
    const { plan, strategies, pairs } = await prepare(options(() => document));
    const said = plan.add(strategies[0]!.features.get('A/USDT')!.series.get('hints.direction')!).values;
    const first = said.findIndex((d) => !Number.isNaN(d));
    expect(table.time[first]! + 3_600_000).toBe(document.lineage.trainedUntil);
    expect(pairs[0]!.startRow).toBe(first);
    const hits = Array.from({ length: 400 }, (_, k) => first + k).filter(
      (i) => said[i]! > 0 === table.close[i + 1]! > table.close[i]!,
    );
    expect(hits.length).toBeGreaterThan(260);
  });

  it('is refused where features or candles are not those that it learned from, naming the difference', async () => {
    const document = await trained(table.time[1000]!);
    const { lineage } = document;
    const refusal = (over: Partial<ModelDocument>, more?: Partial<BacktestOptions>) =>
      expect(prepare(options(() => ({ ...document, ...over }), more))).rejects;
    await refusal({
      featureHash: 'x',
      lineage: { ...lineage, features: [{ feature: 'vroc', version: 0, options: {} }, lineage.features[1]] },
    }).toThrow(
      /MODEL_MISMATCH: the features have changed since it was trained: it learned from \{"feature":"vroc","version":0.*here is \{"feature":"vroc","version":1/,
    );
    await refusal({ featureHash: 'x', featureNames: ['vroc', 'zscoer'] }).toThrow(
      /feature 2 was "zscoer", here it is "zscore" \(model hints@1\)/,
    );
    await refusal({}, { timeframe: '4h' }).toThrow(/it learned from candles of 1h, the strategy runs on 4h/);
    await refusal({ lineage: { ...lineage, trainedUntil: table.time[1499]! + 3_600_000 } }).toThrow(
      /TRAIN_HISTORY.*only for what came after its training/,
    );
  });

  it('that cannot be used has the stand-in that its strategy states, and the run says so', async () => {
    const document = await trained(table.time[1000]!);
    const run = async (fallback: string, stored: (reference: string) => ModelDocument, more = {}) => {
      const create = (context: StrategyContext) => Object.assign(new UsesStored(context), { fallback });
      const { plan, strategies, learned } = await prepare(
        options(stored, { strategies: [{ name: 'UsesStored', create, codeHash: 'code' }], ...more }),
      );
      const said = plan.add(strategies[0]!.features.get('A/USDT')!.series.get('hints.direction')!).values;
      return { notes: learned!.notes, answers: said.filter((d) => !Number.isNaN(d)).length };
    };
    const torn = (reference: string): ModelDocument => {
      if (reference === 'hints@2') return document;
      throw new TidegateError('MODEL_CORRUPT', 'the model file is cut short');
    };
    await expect(run('stop', torn)).rejects.toThrow('MODEL_CORRUPT');
    const silent = await run('no-opinion', torn);
    expect(silent.answers).toBe(0);
    expect(silent.notes).toEqual(['the model hints@1 has no opinion: MODEL_CORRUPT: the model file is cut short.']);
    const other = await run('hints@2', torn);
    expect(other.answers).toBeGreaterThan(400);
    expect(other.notes[0]).toMatch(/^hints@2 answers in the place of the model hints@1: MODEL_CORRUPT/);
    // A bot that trades goes on without an opinion unless it is told to stop.
    const told: unknown[] = [];
    const learning = { registry, jobs: 1, stored: torn, onUnusable: (error: unknown) => void told.push(error) };
    const { learned } = await prepare(options(torn, { learning }));
    expect([learned!.notes.length, told.length]).toEqual([1, 1]);
    await expect(run('stop', torn, { learning })).rejects.toThrow('MODEL_CORRUPT');
  });
});
