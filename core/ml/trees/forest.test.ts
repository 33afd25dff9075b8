import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { trainForest, trainTree } from './forest.ts';
import { predictInto } from './predict.ts';
import { saveTrees } from './save.ts';
import type { TreeModel } from './tree-model.ts';

function table(seed: number, rows: number, label: (x: number[]) => number) {
  const rng = seeded(seed);
  const columns = Array.from({ length: 6 }, () => Float64Array.from({ length: rows }, () => rng.normal()));
  return { columns, labels: Float64Array.from({ length: rows }, (_, i) => label(columns.map((c) => c[i]!))) };
}

function predict(model: TreeModel, columns: readonly Float64Array[]): Float64Array {
  const rows = columns[0]!.length;
  const out = new Float64Array(rows * model.outputs);
  predictInto(model, columns, out, 0, rows);
  return out;
}

const ring = (x: number[]) => (x[0]! ** 2 + x[1]! ** 2 < 1.4 ? 1 : 0);
const classes = { kind: 'classification', classes: 2 } as const;

it('learns a ring as forest, extra trees and single tree; probabilities stay in 0..1', () => {
  const train = table(1, 3000, ring);
  const test = table(2, 1000, ring);
  const models = {
    forest: trainForest(train, { target: classes, trees: 60 }),
    extra: trainForest(train, { target: classes, trees: 60, extraTrees: true, featureFractionByNode: 1 }),
    tree: trainTree(train, { target: classes, minDataInLeaf: 5 }),
  };
  for (const model of Object.values(models)) {
    const p = predict(model, test.columns);
    expect(Math.min(...p)).toBeGreaterThanOrEqual(-1e-12);
    expect(Math.max(...p)).toBeLessThanOrEqual(1 + 1e-12);
    expect(p.filter((v, i) => (v > 0.5 ? 1 : 0) === test.labels[i]).length / 1000).toBeGreaterThan(0.9);
  }
  expect(models.tree.trees.root.length).toBe(1);
});

it('predicts the mean label of the leaf', () => {
  const columns = [Float64Array.of(1, 1, 1, 2, 2, 2)];
  const model = trainTree(
    { columns, labels: Float64Array.of(1, 2, 6, 10, 20, 60) },
    { target: { kind: 'regression' } },
  );
  expect(Array.from(predict(model, columns))).toEqual([3, 3, 3, 30, 30, 30].map((v) => expect.closeTo(v, 12)));
});

it('weights rows', () => {
  const columns = [Float64Array.of(1, 1, 2, 2)];
  const labels = Float64Array.of(0, 4, 10, 20);
  const weights = Float64Array.of(3, 1, 1, 1);
  const model = trainTree({ columns, labels, weights }, { target: { kind: 'regression' } });
  expect(Array.from(predict(model, columns))).toEqual([1, 1, 15, 15].map((v) => expect.closeTo(v, 12)));
});

it('shares votes over three classes', () => {
  const label = (x: number[]) => (x[0]! > 0.5 ? 2 : x[1]! > 0 ? 1 : 0);
  const test = table(4, 300, label);
  const model = trainForest(table(3, 2000, label), { target: { kind: 'classification', classes: 3 }, trees: 30 });
  const p = predict(model, test.columns);
  let right = 0;
  for (let i = 0; i < 300; i++) {
    const row = Array.from(p.subarray(3 * i, 3 * i + 3));
    expect(row.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 12);
    if (row.indexOf(Math.max(...row)) === test.labels[i]) right++;
  }
  expect(right / 300).toBeGreaterThan(0.93);
});

it('gives the same bytes for any number of threads, and in plain loops', () => {
  const train = table(5, 800, ring);
  for (const extraTrees of [false, true]) {
    const bytes = (threads: number, isPlain = false) =>
      saveTrees(trainForest(train, { target: classes, trees: 7, seed: 3, threads, isPlain, extraTrees }));
    expect(bytes(2)).toEqual(bytes(1));
    expect(bytes(3)).toEqual(bytes(1));
    expect(bytes(1, true)).toEqual(bytes(1));
  }
});

it('refuses one class and too few rows', () => {
  const train = table(6, 50, () => 1);
  expect(() => trainForest(train, { target: classes })).toThrow(/TREES_ONE_CLASS: all 50 labels are 1/);
  expect(() => trainForest(train, { target: { kind: 'regression' }, minDataInLeaf: 26 })).toThrow(
    /TREES_ROWS: 50 rows/,
  );
});
