import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { logistic } from '../linear/logistic.ts';
import { scaledRows } from '../linear/standardise.ts';
import { elasticNet } from './elastic-net.ts';
import { linearSvm } from './linear-svm.ts';
import { multinomial } from './multinomial.ts';
import { naiveBayes, trainNaiveBayes } from './naive-bayes.ts';
import { trainNeighbours } from './nearest-neighbours.ts';
import type { VectorRows } from './vector-module.ts';

const rng = seeded('classic');
const normals = (n: number) => Float64Array.from({ length: n }, () => rng.normal());
const scaled = (columns: readonly Float64Array[], target: Float64Array) =>
  scaledRows('test', {
    names: columns.map((_, c) => `f${c}`),
    columns,
    rows: target.length,
    target,
    availableAt: target,
    labelAt: target,
  });
const rowsOf = (points: readonly (readonly number[])[], target: readonly number[], classes: number): VectorRows => ({
  rows: points.length,
  width: points[0]!.length,
  values: Float64Array.from(points.flat()),
  target: Float64Array.from(target),
  weights: new Float64Array(points.length).fill(1),
  means: new Float64Array(points[0]!.length),
  deviations: new Float64Array(points[0]!.length).fill(1),
  classes,
  deviation: 1,
});
const said = (learner: { score(x: Float64Array, out: Float64Array): void }, x: readonly number[], outputs: number) => {
  const out = new Float64Array(outputs);
  learner.score(Float64Array.from(x), out);
  return Array.from(out);
};

describe('elasticNet', () => {
  it('of one scaled feature is the soft threshold of its moment over 1 + ridge', () => {
    const x = normals(300);
    const data = scaled(
      [x],
      x.map((v, i) => 2 * v + 0.1 * Math.sin(i)),
    );
    let moment = 0;
    for (let r = 0; r < 300; r++) moment += (data.values[r]! * data.target[r]!) / 300;
    const [, b] = elasticNet(data, { alpha: 0.5, l1Ratio: 0.4 });
    expect(b).toBeCloseTo((moment - 0.2) / 1.3, 12);
  });

  it('keeps the conditions of its minimum, and leaves useless features at exactly 0', () => {
    const columns = Array.from({ length: 6 }, () => normals(400));
    const y = columns[0]!.map((v, i) => v - 0.5 * columns[1]![i]! + 0.2 * rng.normal());
    const data = scaled(columns, y);
    const [alpha, l1Ratio] = [0.1, 0.7];
    const b = elasticNet(data, { alpha, l1Ratio });
    expect(Array.from(b.subarray(3))).toEqual([0, 0, 0, 0]);
    for (let c = 0; c < 6; c++) {
      let slope = 0;
      for (let r = 0; r < 400; r++) {
        let error = data.target[r]! - b[0]!;
        for (let k = 0; k < 6; k++) error -= b[k + 1]! * data.values[r * 6 + k]!;
        slope += (error * data.values[r * 6 + c]!) / 400;
      }
      const rest = slope - alpha * (1 - l1Ratio) * b[c + 1]!;
      if (b[c + 1] === 0) expect(Math.abs(rest)).toBeLessThanOrEqual(alpha * l1Ratio);
      else expect(rest).toBeCloseTo(alpha * l1Ratio * Math.sign(b[c + 1]!), 7);
    }
  });
});

it('multinomial regression of two classes is the logistic one with half the penalty on each', () => {
  const columns = [normals(200), normals(200)];
  const target = columns[0]!.map((v) => (v + rng.normal() > 0 ? 1 : 0));
  const data = scaled(columns, target);
  const two = multinomial(data, 2, 2);
  const one = logistic('test', data, target, 1);
  for (let c = 0; c < 3; c++) expect(two[3 + c]! - two[c]!).toBeCloseTo(one[c]!, 6);
});

it('naive Bayes weighs priors and normal densities', () => {
  // Class 0: -1, 1 (mean 0, variance 1); class 1: 3, 5, 3, 5 (mean 4, variance 1).
  const rows = rowsOf([[-1], [1], [3], [5], [3], [5]], [0, 0, 1, 1, 1, 1], 2);
  const learner = trainNaiveBayes(rows, 1e-12);
  const density = (x: number, mean: number) => Math.exp(-((x - mean) ** 2) / 2);
  const [down, up] = [density(1.5, 0) / 3, (2 * density(1.5, 4)) / 3];
  expect(said(learner, [1.5], 2)[1]).toBeCloseTo(up / (up + down), 9);
  expect(said(naiveBayes(learner.arrays()), [1.5], 2)).toEqual(said(learner, [1.5], 2));
});

describe('nearest neighbours', () => {
  const rows = rowsOf([[0], [1], [2], [10]], [0, 1, 1, 0], 2);

  it('counts the classes of the nearest', () => {
    const uniform = { neighbours: 3, weighting: 'uniform', rows: 100 } as const;
    expect(said(trainNeighbours(rows, uniform), [0.2], 2)[1]).toBeCloseTo(2 / 3, 12);
    const learner = trainNeighbours(rows, { ...uniform, weighting: 'distance' });
    expect(said(learner, [0.2], 2)[0]).toBeCloseTo(5 / (5 + 1 / 0.8 + 1 / 1.8), 12);
  });

  it('keeps the latest rows only, and averages a real-valued target', () => {
    const options = { neighbours: 2, weighting: 'uniform', rows: 2 } as const;
    expect(said(trainNeighbours({ ...rows, classes: 0 }, options), [0], 1)).toEqual([0.5]);
  });
});

it('a linear support vector machine is at the minimum of its squared hinge losses', () => {
  const columns = [normals(150), normals(150)];
  const data = scaled(columns, normals(150));
  const signs = columns[0]!.map((v, i) => (v + 0.5 * columns[1]![i]! + 0.6 * rng.normal() > 0 ? 1 : -1));
  const c = 0.7;
  const b = linearSvm(data, signs, { c, seed: 1, tolerance: 1e-10, passes: 20_000 });
  const gradient = b.slice();
  for (let r = 0; r < 150; r++) {
    const x = [1, data.values[2 * r]!, data.values[2 * r + 1]!];
    const slack = 1 - signs[r]! * x.reduce((sum, v, k) => sum + v * b[k]!, 0);
    if (slack > 0) for (let k = 0; k < 3; k++) gradient[k]! -= 2 * c * slack * signs[r]! * x[k]!;
  }
  for (const slope of gradient) expect(slope).toBeCloseTo(0, 7);
});
