import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hintingMarket } from '../../../tests/fixtures/hinting-market.ts';
import { memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { PLAIN_RUN } from '../../../tests/fixtures/plain-run.ts';
import type { CandleTable } from '../../domain/candles.ts';
import { EVENT } from '../../engine/events.ts';
import { rsi } from '../../indicators/index.ts';
import { areaUnderCurve } from '../../ml/scores/area-under-curve.ts';
import { decodeFitted, encodeFitted } from '../../ml/walk/fitted-bytes.ts';
import type { Dataset } from '../../ports/learning-modules.ts';
import type { Bar } from '../../strategy/bar.ts';
import type { Market } from '../../strategy/market.ts';
import { Strategy, type StrategyContext } from '../../strategy/strategy.ts';
import type { ModelBlock } from '../../strategy/train-block.ts';
import { testSpec } from '../../testing/trading-fakes.ts';
import { backtest } from '../backtest.ts';
import type { BacktestOptions } from '../backtest-options.ts';
import { loadRegistry } from '../load-registry.ts';
import { prepare } from '../prepare.ts';
import type { LearningServices } from './learned-run.ts';
import { threadTrainer } from './thread-trainer.ts';
import { ownTrainer, type TrainingJob } from './trainer.ts';

const HOUR = 3_600_000;
const registry = await loadRegistry();
const services: LearningServices = {
  registry,
  jobs: 1,
  stored: () => {
    throw new Error('none is stored');
  },
};
const BLOCK: ModelBlock = {
  features: ['vroc', { name: 'zscore', period: 10, inputs: ['volume'] }],
  label: { name: 'direction', horizon: 1, classes: 2 },
  model: 'logistic-regression',
  window: '20d',
  every: '5d',
  handoverDelay: '1h',
};

/** Goes long while its model says up. */
function learner(block: ModelBlock) {
  return class Learner extends Strategy {
    override timeframe = '1h';
    override stoploss = -1;
    learnt = this.train({ brain: block });
    override features(m: Market) {
      return { brain: m.model(this.learnt.brain), rsi: rsi(m.candles.close, 5) };
    }
    override onCandle({ f }: Bar<this>) {
      if (f.brain.direction.now > 0.1) this.enter.long();
      else this.exit.long();
    }
  };
}

function options(
  candles: Readonly<Record<string, CandleTable>>,
  block: Partial<ModelBlock> = {},
  more: Partial<BacktestOptions> = {},
): BacktestOptions {
  const made = learner({ ...BLOCK, ...block });
  return {
    strategies: [{ name: 'Learner', create: (context: StrategyContext) => new made(context), codeHash: 'code' }],
    data: memoryMarket(
      Object.fromEntries(
        Object.entries(candles).map(([pair, table]) => [
          pair,
          { spec: testSpec({ pair, kind: 'spot', minCost: 1 }), candles: { '1h': table } },
        ]),
      ),
    ),
    pairs: Object.keys(candles),
    ...PLAIN_RUN,
    learning: services,
    ...more,
  };
}

const directionsOf = async (given: BacktestOptions) => {
  const { plan, strategies, trainings, pairs } = await prepare(given);
  const series = strategies[0]!.features.get(given.pairs[0]!)!.series.get('brain.direction')!;
  return { direction: plan.add(series).values, trainings, pairs };
};

/** The next move, learned from the volume. */
function aDataset({ time, volume, close, length }: CandleTable): Dataset {
  const rows = length - 1;
  return {
    names: ['volume'],
    columns: [volume.subarray(0, rows)],
    rows,
    target: Float64Array.from({ length: rows }, (_, i) => (close[i + 1]! > close[i]! ? 1 : 0)),
    availableAt: time.subarray(0, rows).map((t) => t + HOUR),
    labelAt: time.subarray(0, rows).map((t) => t + 2 * HOUR),
  };
}

/** Area under the curve of directions against what the next close did. */
function aucOf({ close, length }: CandleTable, direction: Float64Array): number {
  const rows = Array.from({ length: length - 1 }, (_, i) => i).filter((i) => !Number.isNaN(direction[i]!));
  return areaUnderCurve(
    rows.map((i) => direction[i]!),
    rows.map((i) => (close[i + 1]! > close[i]! ? 1 : 0)),
  );
}

describe('training in a backtest', () => {
  it('finds a planted signal, and none where there is none', async () => {
    const planted = hintingMarket(3000);
    const plain = hintingMarket(3000, { isPlanted: false });
    expect(aucOf(planted, (await directionsOf(options({ 'A/USDT': planted }))).direction)).toBeGreaterThan(0.75);
    const none = aucOf(plain, (await directionsOf(options({ 'A/USDT': plain }))).direction);
    // The deviation of an area over 2,500 rows is 0.0115.
    expect(Math.abs(none - 0.5)).toBeLessThan(0.035);
  });

  it('learns from candles after volume spikes or runs of returns alone, and answers for all', async () => {
    const table = hintingMarket(1200);
    const all = await directionsOf(options({ 'A/USDT': table }));
    const spikes = await directionsOf(options({ 'A/USDT': table }, { sample: { spike: 1 } }));
    const runs = await directionsOf(options({ 'A/USDT': table }, { sample: { cusum: 0.01 } }));
    expect(spikes.trainings[0]!.rows).toBeLessThan(all.trainings[0]!.rows! * 0.7);
    expect(runs.trainings[0]!.rows).toBeLessThan(all.trainings[0]!.rows! * 0.9);
    const answers = ({ direction }: { readonly direction: Float64Array }) =>
      direction.filter((d) => !Number.isNaN(d)).length;
    expect(answers(spikes)).toBe(answers(all));
    await expect(directionsOf(options({ 'A/USDT': table }, { sample: {} }))).rejects.toThrow(/TRAIN_BLOCK.*spike/s);
  });

  it('weighs features for models that heed it, rows by their moves, and refuses what cannot be', async () => {
    const table = hintingMarket(1200);
    const weighted = await directionsOf(
      options({ 'A/USDT': table }, { featureWeights: 'permutation', weights: { returns: true } }),
    );
    const plain = await directionsOf(options({ 'A/USDT': table }));
    expect(weighted.trainings[0]!.hash).not.toBe(plain.trainings[0]!.hash);
    expect(aucOf(table, weighted.direction)).toBeGreaterThan(0.7);
    const refused = (block: Partial<ModelBlock>) => directionsOf(options({ 'A/USDT': table }, block));
    await expect(refused({ featureWeights: 'permutation', model: 'naive-bayes' })).rejects.toThrow(
      /TRAIN_BLOCK: the model "naive-bayes" takes all features alike/,
    );
    await expect(refused({ featureWeights: 'permutation', prepare: ['pca'] })).rejects.toThrow(/TRAIN_BLOCK.*pca/s);
  });

  it('trades what it learned', async () => {
    const { result, outcome, learning } = await backtest(options({ 'A/USDT': hintingMarket(1500) }));
    expect(result.trades.length).toBeGreaterThan(100);
    expect(result.finalBalance).toBeGreaterThan(11_000);
    // The models that took over during the run are in its audit; the one before the first candle is, too.
    const { audit } = outcome.engine!.logs;
    const kinds = Array.from({ length: audit.length }, (_, row) => audit.read(row)).filter(
      (r) => r.kind === EVENT.model,
    );
    expect(kinds.reduce((sum, r) => sum + r.count, 0)).toBe(learning[0]!.trainings.length);
  });

  it.each(['logistic-regression', { name: 'gradient-boosting', trees: 10 }])(
    'says the same of the past whatever the future brings (%s)',
    async (model) => {
      // The volume of a candle hints at the next one: the last before the change is no part of the unchanged past.
      const cut = 1099;
      const [one, two] = await Promise.all(
        [hintingMarket(1500), hintingMarket(1500, { changedFrom: cut + 1 })].map((table) =>
          directionsOf(
            options(
              { 'A/USDT': table },
              { model, prepare: ['standard'], calibration: 'platt', weights: { uniqueness: true, halfLife: '10d' } },
            ),
          ),
        ),
      );
      expect(one!.direction.subarray(0, cut)).toEqual(two!.direction.subarray(0, cut));
      expect(one!.direction.subarray(cut)).not.toEqual(two!.direction.subarray(cut));
    },
  );

  it.each([1010, 1015, 1099])('says the same when the data ends after %i candles', async (rows) => {
    const block = {
      label: { name: 'direction', horizon: 12, classes: 2 },
      retrain: { detector: 'adwin', psi: 0.2 },
    } as const;
    const [whole, cut] = await Promise.all(
      [1500, rows].map((length) => directionsOf(options({ 'A/USDT': hintingMarket(length) }, block))),
    );
    // The last candle of a table has the same hint: it knows the next move.
    expect(cut!.direction).toEqual(whole!.direction.subarray(0, rows));
    expect(cut!.trainings).toEqual(whole!.trainings.slice(0, cut!.trainings.length));
  });

  it('answers only with models whose training labels had ended', async () => {
    const table = hintingMarket(1500);
    const { trainings, direction, pairs } = await directionsOf(
      options({ 'A/USDT': table }, { label: { name: 'direction', horizon: 12, classes: 2 } }),
    );
    expect(trainings.length).toBe(9);
    for (const { at, from, labelsUntil, rows } of trainings) {
      expect(at % (5 * 24 * HOUR)).toBe(0);
      expect(labelsUntil).toBeLessThanOrEqual(at);
      expect(from).toBe(at + HOUR);
      // 480 hours less the twelve whose labels are not known yet.
      expect(rows).toBe(480 - 12);
    }
    const first = direction.findIndex((d) => !Number.isNaN(d));
    expect(table.time[first]! + HOUR).toBe(trainings[0]!.from);
    expect(pairs[0]!.startRow).toBe(first);
  });

  it('gives the same models whatever the start of the run', async () => {
    const table = hintingMarket(1500);
    const from = table.time[900]!;
    const whole = await directionsOf(options({ 'A/USDT': table }));
    const late = await directionsOf(options({ 'A/USDT': table }, {}, { from }));
    expect(late.pairs[0]!.candles.time[late.pairs[0]!.startRow]).toBe(from);
    const wanted = whole.direction.slice(-600);
    // Features over sums since the start of history differ in their last digits.
    late.direction.slice(-600).forEach((d, i) => {
      expect(d).toBeCloseTo(wanted[i]!, 6);
    });
    expect(late.trainings.map((t) => t.at)).toEqual(whole.trainings.slice(-late.trainings.length).map((t) => t.at));
  });

  it('learns one model for all pairs, or one for each', async () => {
    const tables = { 'A/USDT': hintingMarket(1000), 'B/USDT': hintingMarket(1000, { seed: 'b' }) };
    const own = await directionsOf(options(tables));
    const joint = await directionsOf(options(tables, { per: 'all' }));
    expect(own.trainings.map((t) => t.pairs)).toEqual([...Array(4).fill(['A/USDT']), ...Array(4).fill(['B/USDT'])]);
    expect(joint.trainings.map((t) => [t.pairs, t.rows])).toEqual(Array(4).fill([['A/USDT', 'B/USDT'], 2 * 479]));
    expect(joint.trainings[0]!.rows).toBe(2 * own.trainings[0]!.rows!);
  });

  it('keeps the last model where a window has nothing to learn from, and stops where none has', async () => {
    const table = hintingMarket(1500);
    const calm = { ...table, close: table.close.slice() };
    // Twenty days and more in which no close ever moves: one class only.
    for (let i = 600; i < 1200; i++) calm.close[i] = calm.close[599]!;
    for (const column of ['open', 'high', 'low'] as const) calm[column] = calm.close as never;
    const { trainings, direction } = await directionsOf(options({ 'A/USDT': calm }));
    const failed = trainings.filter((t) => t.failure !== undefined);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed[0]!.failure).toMatch(/one class|one label/);
    expect(direction[1150]).not.toBeNaN();
    await expect(
      directionsOf(
        options({ 'A/USDT': table }, { label: { name: 'direction', horizon: 1, threshold: 0.9, classes: 2 } }),
      ),
    ).rejects.toThrow(/MODEL_DATA/);
  });

  it('tries settings in each window, from the last best on', async () => {
    const { trainings } = await directionsOf(
      options(
        { 'A/USDT': hintingMarket(1000) },
        {
          model: { name: 'gradient-boosting', trees: 5 },
          trials: 4,
          search: { leaves: [2, 31], learningRate: [0.01, 0.3] },
        },
      ),
    );
    expect(trainings.map((t) => t.trials)).toEqual([4, 4, 4, 4]);
    for (const { tuned } of trainings)
      if (tuned!.leaves !== undefined)
        expect(Number.isInteger(tuned!.leaves) && tuned!.leaves >= 2 && tuned!.leaves <= 31).toBe(true);
  });

  it('trains again on drift, at market time, and the future changes none of it', async () => {
    // From row 900 on, the volume says the opposite.
    const turned = (rows: number, changedFrom?: number) => {
      const table = hintingMarket(rows, { seed: 'drift', ...(changedFrom !== undefined && { changedFrom }) });
      return { ...table, volume: table.volume.map((v, i) => (i < 900 ? v : 1e6 / v)) };
    };
    const block = { every: '20d', retrain: { hitRate: 0.4, rows: 60, pause: '2d' } };
    const { trainings, direction } = await directionsOf(options({ 'A/USDT': turned(1500) }, block));
    const drift = trainings.find((t) => t.cause !== undefined)!;
    expect(drift.cause).toMatch(/% hits over 60 rows/);
    expect(drift.at).toBeGreaterThan(turned(1500).time[900]!);
    expect(drift.labelsUntil).toBeLessThanOrEqual(drift.at);
    const other = await directionsOf(options({ 'A/USDT': turned(1500, 1301) }, block));
    expect(other.direction.subarray(0, 1299)).toEqual(direction.subarray(0, 1299));
  });

  it('lets a new model take over only when it did no worse beside the old one', async () => {
    const table = hintingMarket(1500, { seed: 'shadow' });
    const { trainings, direction } = await directionsOf(options({ 'A/USDT': table }, { shadow: '3d' }));
    const [first, ...later] = trainings;
    expect(first!.from).toBe(first!.at + HOUR);
    const refused = later.filter((t) => t.failure !== undefined);
    const taken = later.filter((t) => t.failure === undefined);
    expect(refused.length).toBeGreaterThan(0);
    expect(taken.length).toBeGreaterThan(0);
    expect(refused[0]!.failure).toMatch(/did worse beside the model before it/);
    for (const { at, from } of taken) expect(from).toBe(at + 72 * HOUR + HOUR);
    const other = await directionsOf(
      options({ 'A/USDT': hintingMarket(1500, { seed: 'shadow', changedFrom: 1101 }) }, { shadow: '3d' }),
    );
    expect(other.direction.subarray(0, 1099)).toEqual(direction.subarray(0, 1099));
  });

  it('puts the model before back when the new one did worse in charge', async () => {
    const table = hintingMarket(1500, { seed: 'shadow' });
    const { trainings, direction } = await directionsOf(options({ 'A/USDT': table }, { rollback: '3d' }));
    const back = trainings.findIndex((t) => t.cause?.startsWith('the model before is put back'));
    const [before, put] = trainings.slice(back - 1);
    expect(put!.at).toBe(before!.from + 72 * HOUR);
    expect(put!.from).toBe(put!.at + HOUR);
    expect(trainings.slice(0, back - 1).map((t) => t.hash)).toContain(put!.hash);
    const other = await directionsOf(
      options({ 'A/USDT': hintingMarket(1500, { seed: 'shadow', changedFrom: 1101 }) }, { rollback: '3d' }),
    );
    expect(other.direction.subarray(0, 1099)).toEqual(direction.subarray(0, 1099));
  });

  it('gives the same bytes with any number of threads, and from what was kept', async () => {
    const table = hintingMarket(1200, { seed: 'threads' });
    const folder = mkdtempSync(join(tmpdir(), 'tidegate-trainings-'));
    const block: Partial<ModelBlock> = {
      model: { name: 'random-forest', trees: 5 },
      prepare: ['robust'],
      calibration: 'isotonic',
    };
    const wanted = { 'A/USDT': table };
    try {
      const first = await directionsOf(options(wanted, block, { learning: { ...services, cacheFolder: folder } }));
      const files = readdirSync(folder, { recursive: true }).filter((file) => String(file).endsWith('.tgtrain'));
      expect(files.length).toBe(first.trainings.length);
      // Another seed is another model; the same as before comes from memory, to the bit.
      const other = await directionsOf(options(wanted, { ...block, seed: 1 }));
      const again = await directionsOf(options(wanted, block));
      expect(again.direction).toEqual(first.direction);
      expect(again.trainings.map((t) => t.hash)).toEqual(first.trainings.map((t) => t.hash));
      expect(other.trainings[0]!.hash).not.toBe(first.trainings[0]!.hash);
      const direct = ownTrainer(registry);
      const rows = { ...aDataset(table), names: ['x'] };
      const job: TrainingJob = {
        dataset: direct.share(rows),
        model: { name: 'random-forest', trees: 5, seed: 3 },
        recipe: {
          steps: [],
          uniqueness: true,
          returns: false,
          featureWeights: false,
          calibration: 'platt',
          holdout: 0.2,
          trials: 0,
          search: {},
          seed: 3,
          classes: 2,
        },
        job: { after: Number.NEGATIVE_INFINITY, at: rows.availableAt[1000]! },
      };
      const crew = threadTrainer({}, 2);
      crew.share(rows);
      const [one, two, three] = await Promise.all([direct.fit(job), crew.fit(job), crew.fit(job)]);
      await crew.end();
      expect([two, three]).toEqual([one, one]);
      const bytes = encodeFitted(one!);
      expect(decodeFitted(bytes, 'here')).toEqual(one);
      expect(() =>
        decodeFitted(
          bytes.map((b, i) => (i === 200 ? b ^ 1 : b)),
          'here',
        ),
      ).toThrow(/MODEL_CORRUPT.*here/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [{ window: '900d' }, /TRAIN_HISTORY: the train block "brain" sees 900d/],
    [{ label: 'directoin' }, /PLUGIN_UNKNOWN.*train\.brain\.label.*Did you mean "direction"/],
    [{ features: 'technicl' }, /FEATURE_UNKNOWN.*Did you mean "technical"/],
    [{ shadow: '6d' }, /a shadow of 6d outlasts the schedule of 5d/],
    [{ evrey: '5d' }, /TRAIN_BLOCK: the train block "brain" has no setting "evrey".*Did you mean "every"/],
    [{ window: 'long' }, /cannot take window = "long"/],
    [{ retrain: {} }, /cannot take retrain = {}: give detector, psi or hitRate/],
    [{ retrain: { detectr: 'adwin' } }, /has no setting "detectr" \(train.brain.retrain\). Did you mean "detector"/],
    [{ trials: 3 }, /3 trials have nothing to search/],
    [{ trials: 3, search: { l3: [0, 1] } }, /"logistic-regression" has no option "l3" \(train.brain.search\). Did you/],
    [{ trials: 3, search: { l2: [-1, 1] } }, /cannot take -1: Too small.*\(train.brain.search.l2\)/],
    [{ trials: 3, search: { l2: [2, 1] } }, /a range goes from 2 down to 1/],
    [{ prepare: ['standart'] }, /there is no preparation step "standart".*Did you mean "standard"/],
    [{ label: { name: 'return', horizon: 1 }, calibration: 'platt' as const }, /needs a label of directions/],
  ])('refuses %j', async (block, message) => {
    await expect(
      directionsOf(options({ 'A/USDT': hintingMarket(1000) }, block as Partial<ModelBlock>)),
    ).rejects.toThrow(message);
  });
});
