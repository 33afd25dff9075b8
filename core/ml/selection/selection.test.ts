import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { purgedKFold } from '../splits/purged-k-fold.ts';
import { boruta } from './boruta.ts';
import { clusteredImportance } from './clustered-importance.ts';
import { pearsonMatrix, ranks } from './correlation.ts';
import { featureClusters, linkClusters } from './feature-clusters.ts';
import { linearImportance, logisticImportance } from './linear-importance.ts';
import { classInformation, continuousInformation, labelInformation } from './mutual-information.ts';
import { eliminationSearch, recursiveElimination } from './recursive-elimination.ts';
import { selectionStability } from './selection-stability.ts';
import { sequentialSelection } from './sequential-selection.ts';

const ROWS = 400;
const rng = seeded('selection');
const columns = Array.from({ length: 6 }, () => Float64Array.from({ length: ROWS }, () => rng.normal()));
const target = Float64Array.from(
  { length: ROWS },
  (_, i) => 2 * columns[1]![i]! - 1.5 * columns[4]![i]! + 0.5 * rng.normal(),
);
const labels = target.map((v) => (v > 0 ? 1 : 0));

it('finds a planted signal with forests and shadows, and nothing in shuffled labels', () => {
  const options = { target: { kind: 'classification', classes: 2 }, trees: 40, maxRounds: 25, seed: 3 } as const;
  const found = boruta(columns, labels, options);
  // A shuffled shadow has no chance correlation with the labels; a real noise feature may: one in four is let through here.
  expect(found.accepted).toEqual(expect.arrayContaining([1, 4]));
  expect(found.accepted.length).toBeLessThanOrEqual(3);
  expect(boruta(columns, labels, options)).toEqual(found);
  const noise = labels.map((_, i) => labels[(i * 173 + 59) % ROWS]!);
  expect(boruta(columns, noise, options).accepted.length).toBeLessThanOrEqual(1);
});

it('eliminates down to the planted features, with a number chosen by cross-validation', () => {
  const plain = recursiveElimination(columns, target, { importance: linearImportance, keep: 2 });
  expect(plain.selected).toEqual([1, 4]);
  expect([...plain.ranking].sort()).toEqual([1, 1, 2, 3, 4, 5]);
  const logistic = recursiveElimination(columns, labels, {
    importance: (c, y) => logisticImportance(c, y),
    keep: 2,
    step: 2,
  });
  expect(logistic.selected).toEqual([1, 4]);
  const splits = purgedKFold(
    Float64Array.from({ length: ROWS }, (_, i) => i),
    { folds: 4 },
  );
  const search = eliminationSearch(columns, target, {
    importance: linearImportance,
    splits,
    // Out-of-sample error of the mean alone is beaten most by both planted features; noise features add error.
    score: (train, test) => {
      const weights = train.columns.map((c) => covariance(c, train.target));
      let loss = 0;
      for (let i = 0; i < test.target.length; i++)
        loss += (test.target[i]! - test.columns.reduce((sum, c, k) => sum + c[i]! * weights[k]!, 0)) ** 2;
      return -loss;
    },
  });
  expect(search.selected).toEqual([1, 4]);
  expect(selectionStability(search.bySplit, 6).stability).toBe(1);
});

function covariance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum / a.length;
}

it('clusters copies together and keeps one of each', () => {
  const copies = [
    columns[0]!,
    columns[0]!.map((v, i) => v + 0.05 * columns[2]![i]!),
    columns[1]!.map((v) => -v),
    columns[1]!.map((v, i) => v + 0.05 * columns[3]![i]!),
    columns[5]!,
  ];
  for (const linkage of ['average', 'ward', 'single', 'complete'] as const) {
    const found = featureClusters(copies, { linkage, threshold: 0.4 });
    expect(found.labels).toEqual([1, 1, 2, 2, 3]);
    expect(found.representatives.length).toBe(3);
  }
  expect(
    linkClusters(
      [
        [0, 1, 4],
        [1, 0, 3],
        [4, 3, 0],
      ],
      'average',
    ),
  ).toEqual([
    [0, 1, 1, 2],
    [2, 3, 3.5, 3],
  ]);
  expect(Array.from(ranks([3, 1, 3, 2]))).toEqual([3.5, 1, 3.5, 2]);
  expect(
    pearsonMatrix([
      [1, 2, 3],
      [3, 2, 1],
    ])[0]![1],
  ).toBeCloseTo(-1, 12);
});

it('measures information near its true value', () => {
  const n = 3000;
  const draws = seeded('information');
  const a = Float64Array.from({ length: n }, () => draws.normal());
  const b = a.map((v) => 0.8 * v + 0.6 * draws.normal());
  const c = a.map(() => draws.normal());
  expect(Math.abs(continuousInformation(a, b) + 0.5 * Math.log(1 - 0.64))).toBeLessThan(0.04);
  expect(continuousInformation(a, c)).toBeLessThan(0.03);
  const side = a.map((v) => (v > 0 ? 1 : 0));
  expect(Math.abs(classInformation(a, side) - Math.log(2))).toBeLessThan(0.02);
  expect(classInformation(c, side)).toBeLessThan(0.03);
  expect(labelInformation([0, 0, 1, 1], [5, 5, 7, 7])).toEqual({
    information: expect.closeTo(Math.log(2), 12),
    normalised: expect.closeTo(1, 12),
  });
});

it('adds and drops features one by one', () => {
  const worth = [0, 3, 0, 0, 2, 0.1];
  const score = (set: readonly number[]) => set.reduce((sum, f) => sum + worth[f]!, 0);
  expect(sequentialSelection(6, { score, way: 'forward', keep: 2 }).selected).toEqual([1, 4]);
  expect(sequentialSelection(6, { score, way: 'forward', keep: 6, leastGain: 0.5 }).selected).toEqual([1, 4]);
  expect(sequentialSelection(6, { score, way: 'backward', keep: 3 }).selected).toEqual([1, 4, 5]);
});

it('sees through features that stand in for each other when it shuffles them together', () => {
  const twin = [columns[1]!, columns[1]!.slice(), columns[4]!];
  const loss = (shown: readonly Float64Array[]) => {
    let sum = 0;
    for (let i = 0; i < ROWS; i++) sum += (target[i]! - shown[0]![i]! - shown[1]![i]! + 1.5 * shown[2]![i]!) ** 2;
    return sum / ROWS;
  };
  const together = clusteredImportance(twin, [1, 1, 2], { loss, repeats: 20 });
  const apart = clusteredImportance(twin, [1, 2, 3], { loss, repeats: 20 });
  expect(together.mean[0]).toBeGreaterThan(3.5 * apart.mean[0]!);
  expect(together.mean[1]).toBeCloseTo(apart.mean[2]!, 0);
});

it('rates agreement between folds', () => {
  expect(
    selectionStability(
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
      5,
    ),
  ).toEqual({ frequency: expect.anything(), stability: 1, jaccard: 1 });
  const mixed = selectionStability(
    [
      [0, 1],
      [2, 3],
    ],
    4,
  );
  expect(mixed.jaccard).toBe(0);
  expect(mixed.stability).toBeCloseTo(-1, 12);
});

it('refuses one class, constant features, gaps and too few rows', () => {
  const options = { target: { kind: 'classification', classes: 2 } } as const;
  expect(() => boruta(columns, new Float64Array(ROWS).fill(1), options)).toThrow(
    /SELECTION_DATA: all 400 labels are 1/,
  );
  expect(() => boruta([columns[0]!, new Float64Array(ROWS)], labels, options)).toThrow(/feature 1 is 0 in every row/);
  expect(() => boruta([columns[0]!.with(2, Number.NaN)], labels, options)).toThrow(/row 2 of feature 0 is NaN/);
  expect(() => boruta([columns[0]!.slice(0, 4)], labels.slice(0, 4), options)).toThrow(/4 rows are too few/);
  expect(() => recursiveElimination(columns, target, { importance: linearImportance, keep: 0 })).toThrow(
    'SELECTION_OPTION',
  );
  expect(() => classInformation(new Float64Array(20), labels.slice(0, 20))).toThrow('SELECTION_DATA');
});
