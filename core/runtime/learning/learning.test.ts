import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type MemoryPair, memoryMarket } from '../../../tests/fixtures/memory-market.ts';
import { hashColumns } from '../../data/store/content-hash.ts';
import { readParquet } from '../../data/store/parquet.ts';
import { type CandleTable, candlesFrom } from '../../domain/candles.ts';
import type { InstrumentSpec } from '../../domain/instrument.ts';
import { seeded } from '../../foundation/rng.ts';
import { restoredStep } from '../../ml/preparation/preparation-steps.ts';
import { encodeModel } from '../../ml/store/model-bytes.ts';
import type { LabelModule } from '../../ports/learning-modules.ts';
import { modelRanges } from '../hyperopt/module-spaces.ts';
import { loadRegistry } from '../load-registry.ts';
import { buildDataset, columnSetOf, type DatasetRequest } from './build-dataset.ts';
import { modelFolder, readyModel } from './model-folder.ts';
import { predictRows, trainModel } from './train-model.ts';
import { writeDataset } from './write-dataset.ts';

const HOUR = 3_600_000;
type Request = Omit<DatasetRequest, 'onProgress'>;
const registry = await loadRegistry();

/** Candles whose volume says, with noise, which way the next close goes (`isPlanted`), or nothing at all. */
function market(rows: number, isPlanted: boolean, from = Number.POSITIVE_INFINITY): CandleTable {
  const draws = (name: string, count: number) => {
    const past = seeded(name);
    const future = seeded(`another ${name}`);
    return Array.from({ length: count }, (_, i) => (i >= from ? future : past).normal());
  };
  const moves = draws('moves', rows + 1);
  const noise = draws('noise', rows);
  let price = 100;
  return candlesFrom(
    Array.from({ length: rows }, (_, i) => {
      const open = price;
      price *= Math.exp(0.01 * moves[i]!);
      const hint = isPlanted ? 0.8 * moves[i + 1]! + 0.6 * noise[i]! : noise[i]!;
      const [low, high] = [Math.min(open, price), Math.max(open, price)];
      return { time: i * HOUR, open, high, low, close: price, volume: 1000 * Math.exp(0.3 * hint) };
    }),
  );
}

/** A pair whose volume says whether it will do better than the others, in a market that moves twenty times as far. */
function crowd(rows: number, own: string): CandleTable {
  const [all, mine] = [seeded('all pairs'), seeded(own)];
  const moves = Array.from({ length: rows + 1 }, () => mine.normal());
  let price = 100;
  return candlesFrom(
    Array.from({ length: rows }, (_, i) => {
      const open = price;
      price *= Math.exp(0.02 * all.normal() + 0.001 * moves[i]!);
      const [low, high] = [Math.min(open, price), Math.max(open, price)];
      return { time: i * HOUR, open, high, low, close: price, volume: 1000 * Math.exp(0.3 * moves[i + 1]!) };
    }),
  );
}

function request(candles: Readonly<Record<string, CandleTable>>, over: Partial<Request> = {}): Request {
  // Only candles are read: the specification is never looked at.
  const spec = {} as InstrumentSpec;
  const pairs = Object.fromEntries(
    Object.entries(candles).map(([pair, table]): [string, MemoryPair] => [pair, { spec, candles: { '1h': table } }]),
  );
  return {
    data: memoryMarket(pairs),
    registry,
    exchange: 'test',
    pairs: Object.keys(candles),
    timeframe: '1h',
    features: [{ name: 'rsi', period: 5 }, { name: 'vroc', period: 3 }, 'zscore'],
    label: { name: 'direction', horizon: 1, classes: 2 },
    ...over,
  };
}

const trainOn = (from: Request, model: Parameters<typeof trainModel>[0]['model'] = 'gradient-boosting', seed = 1) =>
  trainModel({
    ...from,
    model,
    shares: { train: 0.7, validation: 0.15 },
    seed,
    name: 'test',
    now: 0,
  });

describe('datasets', () => {
  it('hold rows that are known at their close, with labels that are known a horizon later', async () => {
    const { dataset } = await buildDataset(
      request({ 'A/B': market(100, false) }, { label: { name: 'return', horizon: 3 } }),
    );
    const { close } = market(100, false);
    // zscore needs 20 candles by default: the first row is candle 19, known at its close.
    const first = dataset.availableAt[0]! / HOUR - 1;
    expect(dataset.labelAt[0]! - dataset.availableAt[0]!).toBe(3 * HOUR);
    expect(dataset.target[0]).toBe(close[first + 3]! / close[first]! - 1);
    expect(dataset.rows).toBe(100 - first - 3);
    expect(dataset.columns.every((column) => column.every((x) => !Number.isNaN(x)))).toBe(true);
  });

  it('keep every past row as it is when the future changes', async () => {
    const cut = 700;
    const [one, two] = await Promise.all(
      [market(900, true), market(900, true, cut)].map((c) =>
        buildDataset(request({ 'A/B': c }, { features: 'technical' })),
      ),
    );
    const rows = one!.dataset.labelAt.findIndex((t) => t > cut * HOUR);
    expect(rows).toBeGreaterThan(500);
    // The hint in the volume of the last candle before the cut belongs to the changed future.
    const past = ({ dataset }: typeof one & object) => dataset.columns.map((c) => Array.from(c.subarray(0, rows - 1)));
    expect(past(two!)).toEqual(past(one!));
    expect(one!.hash).not.toBe(two!.hash);
  });

  it('read no candle from the end of the range on, and warm up before its start', async () => {
    const all = market(400, false);
    const range = { from: 100 * HOUR, to: 300 * HOUR };
    const { dataset } = await buildDataset(request({ 'A/B': all }, range));
    expect([dataset.availableAt[0], dataset.rows]).toEqual([101 * HOUR, 199]);
    const { dataset: cut } = await buildDataset(request({ 'A/B': market(400, false, 301) }, range));
    expect(cut.target).toEqual(dataset.target);
  });

  it('have the same hash for the same rows, and come back from Parquet', async () => {
    const given = request({ 'A/B': market(200, false), 'C/D': market(150, true) });
    const built = await buildDataset(given);
    expect((await buildDataset(given)).hash).toBe(built.hash);
    expect((await buildDataset({ ...given, label: { name: 'direction', horizon: 2 } })).hash).not.toBe(built.hash);
    const path = join(folder, 'set.parquet');
    await writeDataset(path, built);
    const set = columnSetOf(built);
    expect(hashColumns((await readParquet(path)).set)).toBe(hashColumns(set));
  });

  it('refuse a label that reads further than it says: splits would leak', async () => {
    const liar: LabelModule = {
      name: 'liar',
      horizon: 2,
      classes: 0,
      label: ({ close }) => close.map((price, i) => (close[i + 20] ?? Number.NaN) / price - 1),
    };
    const lying = {
      create: (...given: Parameters<typeof registry.create>) =>
        given[0] === 'label' ? Promise.resolve(liar) : registry.create(...given),
      find: (...given: Parameters<typeof registry.find>) => registry.find(...given),
      list: (...given: Parameters<typeof registry.list>) => registry.list(...given),
    } as unknown as typeof registry;
    const given = request({ 'A/B': market(200, false) }, { label: 'return' });
    await expect(buildDataset({ ...given, registry: lying })).rejects.toThrow(/LABEL_AHEAD.*its horizon of 2/);
    const two = (values: unknown) => Object.assign(liar, { classes: 2, label: () => values });
    for (const [values, what] of [
      [undefined, 'gave undefined'],
      [Promise.resolve(new Float64Array(200)), 'gave a promise'],
      [new Array(200).fill(1), 'gave [1,1,1'],
      [new Float64Array(199), 'gave 199 values for 200 candles'],
      [new Float64Array(200).fill(Number.NEGATIVE_INFINITY), 'gave -Infinity'],
      [Float64Array.from({ length: 200 }, (_, i) => i % 3), 'gave 3 different values and more, of 2 classes'],
    ] as const) {
      two(values);
      await expect(buildDataset({ ...given, registry: lying })).rejects.toThrow(
        `LABEL_VALUES: the label "liar" ${what}`,
      );
    }
    expect((await buildDataset(given)).dataset.rows).toBeGreaterThan(100);
  });

  it('name what they cannot make', async () => {
    const given = request({ 'A/B': market(100, false) });
    await expect(buildDataset({ ...given, features: 'tecnical' })).rejects.toThrow(/FEATURE_UNKNOWN.*"technical"/);
    await expect(buildDataset({ ...given, features: [{ name: 'rsi', perod: 3 }] })).rejects.toThrow(/FEATURE_OPTION/);
    await expect(buildDataset({ ...given, label: { name: 'direction', horizon: 95 } })).rejects.toThrow(
      /DATA_TOO_SHORT/,
    );
  });
});

describe('training', () => {
  it('finds a planted signal on rows it has not seen, and none where there is none', async () => {
    const found = (await trainOn(request({ 'A/B': market(3000, true) }))).document.scores.test;
    expect(found.auc).toBeGreaterThan(0.7);
    expect(found.ic).toBeGreaterThan(0.35);
    const { test, train } = (await trainOn(request({ 'A/B': market(3000, false) }))).document.scores;
    // 450 rows: the area of noise deviates by 0.027.
    expect(Math.abs(test.auc - 0.5)).toBeLessThan(0.08);
    expect(train.auc).toBeGreaterThan(0.8);
  });

  it('gives the same bytes for the same seed, and others for another', async () => {
    const given = request({ 'A/B': market(600, true) });
    const bytes = async (seed: number) => encodeModel((await trainOn(given, 'random-forest', seed)).document);
    expect(await bytes(3)).toEqual(await bytes(3));
    expect(await bytes(4)).not.toEqual(await bytes(3));
  });

  it('learns from labels that ended before the rows it is judged on', async () => {
    const { document, built } = await trainOn(
      request({ 'A/B': market(600, true) }, { label: { name: 'direction', horizon: 24 } }),
    );
    const { rows } = document;
    expect(rows.purged).toBeGreaterThanOrEqual(24);
    const firstJudged = built.dataset.availableAt[built.dataset.rows - rows.test - rows.validation - 24]!;
    expect(document.lineage.trainedUntil).toBeLessThanOrEqual(firstJudged);
  });

  it('keeps models that say the same when they are loaded, and refuse other features', async () => {
    const { document, built } = await trainModel({
      ...request({ 'A/B': market(600, true) }),
      model: 'logistic-regression',
      prepare: ['impute', { name: 'winsor', low: 0.01, high: 0.99 }, 'correlation', 'robust'],
      shares: { train: 0.7, validation: 0.15 },
      name: 'kept',
      now: 0,
    });
    const store = modelFolder(folder);
    store.keep(document);
    const { model } = store.get('kept');
    const { module, steps } = await readyModel(registry, model, built.dataset.names);
    const fresh = await registry.create('model', 'logistic-regression');
    fresh.load(document.saved);
    expect(document.steps.map(({ name }) => name)).toEqual(['impute', 'winsor', 'correlation', 'robust']);
    const learned = document.steps.map(restoredStep);
    expect(predictRows(module, steps, built.dataset)).toEqual(predictRows(fresh, learned, built.dataset));
    await expect(readyModel(registry, model, ['rsi', 'vroc'])).rejects.toThrow(
      'MODEL_MISMATCH: feature 3 is missing, the model learned "zscore"',
    );
  });

  it('tunes a ranking by the order of the pairs at each time', async () => {
    const pairs = ['a', 'b', 'c'].map((own) => crowd(420, own));
    const ranking = await trainModel({
      ...request(
        { 'A/B': pairs[0]!, 'C/D': pairs[1]!, 'E/F': pairs[2]! },
        { features: [{ name: 'zscore', period: 20, inputs: ['volume'] }], label: { name: 'return', horizon: 1 } },
      ),
      model: {
        name: 'gradient-boosting',
        loss: 'rank',
        trees: 20,
        leaves: 4,
        learningRate: { tune: 'real', low: 0.1, high: 0.2 },
      },
      shares: { train: 0.7, validation: 0.15 },
      tune: 2,
      name: 'test',
      now: 0,
    } as Parameters<typeof trainModel>[0]);
    const { tuning, scores } = ranking.document;
    expect(tuning!.objective).toBe('1 - information coefficient across pairs');
    // What all pairs did together drowns what tells them apart: over all rows there is next to nothing to see.
    expect(scores.validation.ic).toBeLessThan(0.2);
    expect(Math.min(...tuning!.losses.map(Number))).toBeCloseTo(1 - scores.validation.icAcross!, 12);
    expect(scores.validation.icAcross).toBeGreaterThan(0.4);
  });

  it('searches depths that make a difference, no limit among them', async () => {
    for (const name of ['gradient-boosting', 'random-forest', 'extra-trees']) {
      const { plugin } = await registry.find('model', name);
      expect(modelRanges(plugin, name).maxDepth).toMatchObject({ low: 0, high: 12, fallback: 0 });
    }
  });

  it('has no seed for what draws nothing', async () => {
    await expect(trainOn(request({ 'A/B': market(300, true) }), 'logistic-regression')).rejects.toThrow(
      /takes no seed/,
    );
  });
});

const folder = mkdtempSync(join(tmpdir(), 'tidegate-learning-'));
afterAll(() => rmSync(folder, { recursive: true }));
