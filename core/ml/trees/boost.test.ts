import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { type BoostOptions, trainBoosting } from './boost.ts';
import { gainImportance } from './importance.ts';
import { meanNdcg } from './lambdarank.ts';
import { predictInto, predictRawInto } from './predict.ts';
import { saveTrees } from './save.ts';
import type { TreeData } from './train-options.ts';
import type { TreeModel } from './tree-model.ts';

type Signal = (x: number[], noise: number) => number;

/** `rows` rows of `features` standard normals and labels made of them. */
function market(
  seed: number,
  rows: number,
  features: number,
  signal: Signal,
): { columns: Float64Array[]; labels: Float64Array } {
  const rng = seeded(seed);
  const columns = Array.from({ length: features }, () => new Float64Array(rows));
  const labels = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (const column of columns) column[i] = rng.normal();
    labels[i] = signal(
      columns.map((column) => column[i]!),
      rng.normal(),
    );
  }
  return { columns, labels };
}

function predict(model: TreeModel, data: TreeData): Float64Array {
  const out = new Float64Array(data.labels.length * model.outputs);
  predictInto(model, data.columns, out, 0, data.labels.length);
  return out;
}

const share = (values: ArrayLike<number>, isTrue: (value: number, i: number) => boolean) =>
  Array.from(values).filter(isTrue).length / values.length;
const hitRate = (p: Float64Array, y: Float64Array) => share(p, (v, i) => (v > 0.5 ? 1 : 0) === y[i]);
const rmse = (p: Float64Array, y: Float64Array) =>
  Math.sqrt(p.reduce((sum, v, i) => sum + (v - y[i]!) ** 2, 0) / y.length);

const xor: Signal = (x) => (x[0]! * x[1]! > 0 ? 1 : 0);
const binary = { objective: { kind: 'binary' } } as const;

describe('what is learned', () => {
  it('finds a planted interaction and nothing in shuffled labels', () => {
    const train = market(1, 4000, 5, xor);
    const test = market(2, 2000, 5, xor);
    expect(hitRate(predict(trainBoosting(train, binary).model, test), test.labels)).toBeGreaterThan(0.95);
    const noise = market(3, 4000, 5, (_, z) => (z > 0 ? 1 : 0));
    expect(Math.abs(hitRate(predict(trainBoosting(noise, binary).model, test), test.labels) - 0.5)).toBeLessThan(0.04);
  });

  it('uses missing values as information', () => {
    const make = (seed: number) => {
      const data = market(seed, 2000, 2, (_, z) => (z > 0 ? 1 : 0));
      data.labels.forEach((y, i) => {
        if (y === 1) data.columns[1]![i] = Number.NaN;
      });
      return data;
    };
    const { model } = trainBoosting(make(4), { ...binary, trees: 5 });
    const test = make(5);
    expect(hitRate(predict(model, test), test.labels)).toBe(1);
  });

  it('sends values missing only in use to the side that most training rows took', () => {
    const train = market(6, 1000, 1, (x) => (x[0]! > 1 ? 1 : 0));
    const { model } = trainBoosting(train, { ...binary, trees: 1, leaves: 2 });
    const [p] = predict(model, { columns: [Float64Array.of(Number.NaN)], labels: Float64Array.of(0) });
    expect(p).toBe(predict(model, { columns: [Float64Array.of(0)], labels: Float64Array.of(0) })[0]);
  });

  it('splits categories into sets, unseen and negative codes going with the rest', () => {
    const make = (seed: number) => {
      const data = market(seed, 3000, 2, () => 0);
      const rng = seeded(seed + 100);
      for (let i = 0; i < 3000; i++) {
        const code = rng.int(12);
        data.columns[0]![i] = code;
        data.labels[i] = [1, 4, 6, 11].includes(code) ? 1 : 0;
      }
      return data;
    };
    const options = { ...binary, categorical: [0], trees: 1, leaves: 2, learningRate: 1, catSmooth: 1 };
    const { model } = trainBoosting(make(7), options);
    const test = make(8);
    expect(hitRate(predict(model, test), test.labels)).toBe(1);
    const odd = [-1, 99, Number.NaN, 0].map(
      (code) => predict(model, { columns: [Float64Array.of(code), Float64Array.of(0)], labels: Float64Array.of(0) })[0],
    );
    expect(new Set(odd).size).toBe(1);
  });

  it('lets the gain of a feature count for less: of two that say the same, the heavier is split', () => {
    const rng = seeded('weights');
    const x = Float64Array.from({ length: 400 }, () => rng.normal());
    const data = { columns: [x, x.slice()], labels: x.map((v) => (v + 0.2 * rng.normal() > 0 ? 1 : 0)) };
    const options = { objective: { kind: 'binary' }, trees: 5 } as const;
    const bytes = (featureWeights?: readonly number[], isPlain = false) =>
      saveTrees(trainBoosting(data, { ...options, isPlain, ...(featureWeights && { featureWeights }) }).model);
    const gains = (featureWeights: readonly number[]) =>
      gainImportance(trainBoosting(data, { ...options, featureWeights }).model);
    expect(bytes([1, 1])).toEqual(bytes());
    expect(bytes([0.5, 1], true)).toEqual(bytes([0.5, 1]));
    expect(gains([1, 0.5])[1]).toBeCloseTo(0, 9);
    expect(gains([0.5, 1])[0]).toBeCloseTo(0, 9);
    expect(gains([0.5, 0.5])[0]).toBeCloseTo(gains([1, 1])[0]! / 2, 6);
    expect(() => bytes([0, 1])).toThrow(/TREES_OPTION.*featureWeights/);
  });

  it('keeps predictions monotone where that is asked for', () => {
    const train = market(9, 3000, 3, (x, z) => Math.sin(3 * x[0]!) + x[0]! + x[1]! * x[0]! + 0.5 * z);
    const { model } = trainBoosting(train, { objective: { kind: 'regression' }, monotone: [1, 0, 0], trees: 50 });
    for (const other of [-2, -0.5, 0, 1, 2]) {
      const grid = Float64Array.from({ length: 200 }, (_, i) => -3 + i * 0.03);
      const columns = [grid, grid.map(() => other), grid.map(() => 0)];
      const p = predict(model, { columns, labels: grid });
      for (let i = 1; i < p.length; i++) expect(p[i]!).toBeGreaterThanOrEqual(p[i - 1]!);
    }
  });

  it('reaches the quantile that is asked for', () => {
    const train = market(10, 5000, 2, (x, z) => x[0]! + z);
    const { model } = trainBoosting(train, { objective: { kind: 'quantile', alpha: 0.9 }, leaves: 7 });
    const test = market(11, 5000, 2, (x, z) => x[0]! + z);
    expect(Math.abs(share(predict(model, test), (p, i) => test.labels[i]! <= p) - 0.9)).toBeLessThan(0.02);
  });

  it('fits means, medians, huber and counts', () => {
    const curve: Signal = (x, z) => 2 * x[0]! + Math.abs(x[1]!) + 0.1 * z;
    const train = market(12, 4000, 2, curve);
    const test = market(13, 1000, 2, curve);
    for (const objective of [{ kind: 'regression' }, { kind: 'regression_l1' }, { kind: 'huber', alpha: 1 }] as const)
      expect(rmse(predict(trainBoosting(train, { objective, trees: 200 }).model, test), test.labels)).toBeLessThan(
        0.35,
      );
    const counts = { columns: train.columns, labels: train.columns[0]!.map((x) => Math.round(Math.exp(x))) };
    const p = predict(trainBoosting(counts, { objective: { kind: 'poisson' } }).model, counts);
    expect(rmse(p, counts.labels)).toBeLessThan(0.6);
  });

  it('tells three classes apart, probabilities summing to one', () => {
    const rule: Signal = (x) => (x[0]! > 0.5 ? 2 : x[1]! > 0 ? 1 : 0);
    const { model } = trainBoosting(market(14, 3000, 3, rule), {
      objective: { kind: 'multiclass', classes: 3 },
      trees: 30,
    });
    const test = market(15, 500, 3, rule);
    const p = predict(model, test);
    let right = 0;
    for (let i = 0; i < 500; i++) {
      const row = Array.from(p.subarray(3 * i, 3 * i + 3));
      expect(row.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 12);
      if (row.indexOf(Math.max(...row)) === test.labels[i]) right++;
    }
    expect(right / 500).toBeGreaterThan(0.97);
  });

  it('ranks rows within queries', () => {
    const grade: Signal = (x, z) => Math.max(0, Math.min(4, Math.round(1 + x[0]! + 0.3 * z)));
    const groups = new Array<number>(100).fill(20);
    const { model } = trainBoosting(market(16, 2000, 3, grade), {
      objective: { kind: 'lambdarank', groups },
      trees: 30,
    });
    const test = market(17, 2000, 3, grade);
    expect(meanNdcg(predict(model, test), test.labels, groups, 10)).toBeGreaterThan(0.9);
    expect(meanNdcg(test.columns[2]!, test.labels, groups, 10)).toBeLessThan(0.7);
  });

  it('takes gradients from the caller', () => {
    const train = market(18, 1000, 2, (x, z) => x[0]! + 0.1 * z);
    const gradients = (raw: Float64Array, y: Float64Array, gh: Float64Array) => {
      for (let i = 0; i < y.length; i++) gh.set([raw[i]! - y[i]!, 1], 2 * i);
    };
    const p = predict(trainBoosting(train, { objective: { kind: 'custom', gradients }, trees: 100 }).model, train);
    expect(rmse(p, train.labels)).toBeLessThan(0.15);
  });
});

describe('limits', () => {
  const noisy = market(20, 3000, 4, (x, z) => (x[0]! + z > 0 ? 1 : 0));

  it('never makes a leaf with fewer rows than allowed, nor more leaves or levels', () => {
    for (const growth of ['leaf', 'depth'] as const) {
      const { model } = trainBoosting(noisy, {
        ...binary,
        growth,
        minDataInLeaf: 57,
        leaves: 12,
        maxDepth: 4,
        trees: 10,
      });
      expect(Math.min(...model.trees.leafCount)).toBeGreaterThanOrEqual(57);
      for (let t = 0; t < 10; t++) {
        expect(model.trees.leafStart[t + 1]! - model.trees.leafStart[t]!).toBeLessThanOrEqual(12);
        const depth = (node: number): number =>
          node < 0 ? 0 : 1 + Math.max(depth(model.trees.left[node]!), depth(model.trees.right[node]!));
        expect(depth(model.trees.root[t]!)).toBeLessThanOrEqual(4);
      }
    }
  });

  it('counts every row once in the leaves of each tree', () => {
    const { model } = trainBoosting(noisy, { ...binary, trees: 3 });
    for (let t = 0; t < 3; t++)
      expect(
        model.trees.leafCount
          .subarray(model.trees.leafStart[t], model.trees.leafStart[t + 1])
          .reduce((sum, c) => sum + c, 0),
      ).toBe(3000);
  });

  it('shrinks with L1 and L2 until nothing is left', () => {
    const size = (options: Partial<BoostOptions>) => {
      const out = new Float64Array(3000);
      predictRawInto(trainBoosting(noisy, { ...binary, trees: 5, ...options }).model, noisy.columns, out, 0, 3000);
      return Math.max(...out) - Math.min(...out);
    };
    expect(size({ l2: 1000 })).toBeLessThan(size({}) / 2);
    expect(size({ l1: 100 })).toBeLessThan(size({}));
    expect(size({ l1: 1e6 })).toBe(0);
  });

  it('stops early and keeps the best round', () => {
    const held = market(21, 1000, 4, (x, z) => (x[0]! + z > 0 ? 1 : 0));
    const { model, rounds, losses } = trainBoosting(noisy, {
      ...binary,
      trees: 500,
      learningRate: 0.3,
      validation: { ...held, patience: 10 },
    });
    expect(losses.length).toBe(rounds + 10);
    expect(losses[rounds - 1]).toBe(Math.min(...losses));
    expect(model.trees.root.length).toBe(rounds);
    const p = predict(model, held);
    const loss = p.reduce((sum, v, i) => sum - Math.log(held.labels[i] === 1 ? v : 1 - v), 0) / 1000;
    expect(loss).toBeCloseTo(losses[rounds - 1]!, 12);
  });
});

describe('determinism', () => {
  const data = market(30, 20_000, 9, (x, z) => (x[0]! * x[1]! + 0.5 * x[2]! + z > 0 ? 1 : 0));
  data.columns[3]!.forEach((_, i) => {
    if (i % 7 === 0) data.columns[3]![i] = Number.NaN;
    data.columns[4]![i] = i % 23;
  });
  const options: BoostOptions = {
    ...binary,
    trees: 6,
    seed: 5,
    baggingFraction: 0.7,
    featureFraction: 0.8,
    featureFractionByNode: 0.7,
    categorical: [4],
  };
  const bytes = (extra: Partial<BoostOptions>) => saveTrees(trainBoosting(data, { ...options, ...extra }).model);

  it('gives the same bytes for any number of threads, and in plain loops', () => {
    const one = bytes({});
    expect(bytes({ threads: 2 })).toEqual(one);
    expect(bytes({ threads: 3 })).toEqual(one);
    expect(bytes({ isPlain: true })).toEqual(one);
    expect(bytes({ seed: 6 })).not.toEqual(one);
  });

  it("does so without a bag, also where all rows of a leaf are one thread's", () => {
    const later = market(32, 3000, 3, (x) => (x[0]! > 0 ? 1 : 0));
    later.labels.forEach((_, i) => {
      later.columns[1]![i] = i;
      later.labels[i] = i > 1900 || later.columns[0]![i]! > 1 ? 1 : 0;
    });
    for (const growth of ['leaf', 'depth'] as const) {
      const of = (threads: number) => saveTrees(trainBoosting(later, { ...binary, trees: 4, growth, threads }).model);
      expect(of(2)).toEqual(of(1));
      expect(of(3)).toEqual(of(1));
    }
  });

  it('does so with random thresholds, monotone bounds and several classes too', () => {
    const variants: Partial<BoostOptions>[] = [{ extraTrees: true }, { monotone: [1, 0, -1, 0, 0, 0, 0, 0, 0] }];
    for (const variant of variants) expect(bytes({ ...variant, threads: 2 })).toEqual(bytes(variant));
    const three = { columns: data.columns, labels: data.columns[0]!.map((x) => (x > 1 ? 2 : x > 0 ? 1 : 0)) };
    const of = (threads: number) =>
      saveTrees(
        trainBoosting(three, { ...options, objective: { kind: 'multiclass', classes: 3 }, trees: 2, threads }).model,
      );
    expect(of(2)).toEqual(of(1));
  });

  it('does not depend on the order of memory: rows doubled in weight equal rows given twice', () => {
    const small = market(31, 500, 3, (x, z) => x[0]! + 0.2 * z);
    const twice = {
      columns: small.columns.map((c) => Float64Array.from([...c, ...c])),
      labels: Float64Array.from([...small.labels, ...small.labels]),
    };
    const weighted = { ...small, weights: new Float64Array(500).fill(2) };
    const settings: BoostOptions = {
      objective: { kind: 'regression' },
      trees: 10,
      minDataInLeaf: 1,
      minHessianInLeaf: 40,
      maxBins: 50,
    };
    const a = predict(trainBoosting(twice, settings).model, small);
    const b = predict(trainBoosting(weighted, settings).model, small);
    for (let i = 0; i < 500; i++) expect(a[i]).toBeCloseTo(b[i]!, 6);
  });
});

describe('bad input', () => {
  const good = market(40, 100, 2, (x) => (x[0]! > 0 ? 1 : 0));
  const train =
    (change: Partial<TreeData>, options: Partial<BoostOptions> = {}) =>
    () =>
      trainBoosting({ ...good, ...change }, { ...binary, ...options });
  const changed = (values: Float64Array, i: number, x: number) => values.map((v, j) => (j === i ? x : v));

  it('is refused with its place and value', () => {
    expect(train({ labels: new Float64Array(100) })).toThrow(/TREES_ONE_CLASS: all 100 labels are 0/);
    expect(train({ labels: changed(good.labels, 3, Number.NaN) })).toThrow(/TREES_LABEL: label of row 3 is NaN/);
    expect(train({ labels: changed(good.labels, 3, 2) })).toThrow(
      /TREES_LABEL: label of row 3 is 2, classes are 0 to 1/,
    );
    expect(train({ columns: [good.columns[0]!, changed(good.columns[1]!, 8, Number.NEGATIVE_INFINITY)] })).toThrow(
      /TREES_INFINITE: feature "f1" is -Infinity in row 8/,
    );
    expect(train({ columns: good.columns.map(() => new Float64Array(100)) })).toThrow(
      /TREES_CONSTANT: all 2 features are constant/,
    );
    expect(train({ columns: [good.columns[0]!, new Float64Array(7)] })).toThrow(
      /TREES_ROWS: feature 1 has 7 rows, labels 100/,
    );
    expect(train({}, { minDataInLeaf: 51 })).toThrow(/TREES_ROWS: 100 rows are too few, a split needs 102/);
    expect(train({}, { leaves: 1 })).toThrow(/TREES_OPTION: option leaves is 1\. Use an integer from 2/);
    expect(train({}, { learningRate: Number.NaN })).toThrow(/TREES_OPTION: option learningRate is NaN/);
    expect(train({}, { monotone: [1] })).toThrow(/TREES_OPTION: option monotone 1 values for 2 features/);
    expect(train({ weights: changed(good.labels, 2, -1) })).toThrow(/TREES_WEIGHT: weight of row 2 is -1/);
    expect(train({ columns: [] })).toThrow(/TREES_NO_FEATURES/);
  });

  it('is refused the same way when a worker thread finds it', () => {
    const columns = [good.columns[0]!, changed(good.columns[1]!, 8, Number.POSITIVE_INFINITY)];
    expect(train({ columns }, { threads: 2 })).toThrow(/TREES_INFINITE: feature "f1" is Infinity in row 8/);
    expect(train({}, { threads: 2, trees: 2 })).not.toThrow();
  });

  it('ignores a constant feature and stops when nothing improves', () => {
    const columns = [good.columns[0]!, new Float64Array(100)];
    const { model } = trainBoosting({ ...good, columns }, { ...binary, trees: 50, minDataInLeaf: 10 });
    expect(Array.from(model.trees.feature).every((f) => f === 0)).toBe(true);
    const flat = trainBoosting({ ...good, labels: good.labels.map((_, i) => i % 2) }, { ...binary, minGain: 1e9 });
    expect(flat.rounds).toBe(1);
    expect(predict(flat.model, good)[0]).toBe(0.5);
  });

  it('names a gradient that is not a number', () => {
    const gradients = (_: Float64Array, __: Float64Array, gh: Float64Array) => void gh.fill(Number.NaN);
    expect(train({}, { objective: { kind: 'custom', gradients } })).toThrow(/TREES_GRADIENT/);
  });
});
