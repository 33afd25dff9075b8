import { describe, expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { logistic, sigmoid } from './logistic.ts';
import { ridge } from './ridge.ts';
import { solvePositive } from './solve-positive.ts';
import { linearImportance, linearScore, scaledRows } from './standardise.ts';

const dataset = (columns: readonly Float64Array[], target: Float64Array, weights?: Float64Array) => ({
  names: columns.map((_, c) => `f${c}`),
  columns,
  rows: target.length,
  target,
  availableAt: target,
  labelAt: target,
  ...(weights && { weights }),
});

describe('solvePositive', () => {
  it('solves a system, and refuses one that is not positive definite', () => {
    expect(Array.from(solvePositive(Float64Array.of(4, 2, 2, 5), Float64Array.of(10, 13))!)).toEqual([1.5, 2]);
    expect(solvePositive(Float64Array.of(1, 1, 1, 1), Float64Array.of(1, 1))).toBeNull();
  });
});

describe('ridge', () => {
  const rng = seeded(3);
  const a = Float64Array.from({ length: 200 }, () => rng.normal() * 5 + 2);
  const b = Float64Array.from({ length: 200 }, () => rng.normal());

  it('finds an exact plane, whatever the scales', () => {
    const y = a.map((x, i) => 3 + 2 * x - 0.5 * b[i]!);
    const data = scaledRows('test', dataset([a, b], y));
    const { coefficients, residualDeviation } = ridge('test', data, 0);
    for (const i of [0, 17, 199]) expect(linearScore([a, b], i, data, coefficients)).toBeCloseTo(y[i]!, 9);
    expect(residualDeviation).toBeCloseTo(0, 9);
  });

  it('shrinks by l2 / (n + l2) where features are scaled and there is one', () => {
    const data = scaledRows(
      'test',
      dataset(
        [a],
        a.map((x) => 2 * x),
      ),
    );
    const free = ridge('test', data, 0).coefficients[1]!;
    expect(ridge('test', data, 50).coefficients[1]!).toBeCloseTo((free * 200) / 250, 9);
  });

  it('counts a row of weight 2 as two rows', () => {
    const y = a.map((x, i) => x + b[i]! ** 2);
    const weighted = scaledRows(
      'test',
      dataset(
        [a],
        y,
        a.map((_, i) => (i < 20 ? 2 : 1)),
      ),
    );
    const twice = (x: Float64Array) => Float64Array.from([...x, ...x.subarray(0, 20)]);
    const repeated = scaledRows('test', dataset([twice(a)], twice(y)));
    const [one, two] = [ridge('test', weighted, 1), ridge('test', repeated, 1)];
    expect(one.coefficients[0]).toBeCloseTo(two.coefficients[0]!, 9);
    expect(one.coefficients[1]).toBeCloseTo(two.coefficients[1]!, 9);
  });

  it('names features that depend on each other', () => {
    const data = scaledRows('test', dataset([a, a], b));
    expect(() => ridge('test', data, 0)).toThrow('MODEL_DATA: model "test" got features that depend on each other.');
    expect(ridge('test', data, 1).coefficients[1]).toBeCloseTo(ridge('test', data, 1).coefficients[2]!, 9);
  });
});

describe('logistic', () => {
  it('with a binary feature gives the log odds of its groups', () => {
    // Of 40 rows at 0, 10 are up; of 60 rows at 1, 45 are up.
    const x = Float64Array.from({ length: 100 }, (_, i) => (i < 40 ? 0 : 1));
    const y = Float64Array.from({ length: 100 }, (_, i) => (i < 10 || (i >= 40 && i < 85) ? 1 : 0));
    const data = scaledRows('test', dataset([x], y));
    const b = logistic('test', data, data.target, 0);
    expect(sigmoid(linearScore([x], 0, data, b))).toBeCloseTo(0.25, 9);
    expect(sigmoid(linearScore([x], 99, data, b))).toBeCloseTo(0.75, 9);
  });

  it('stays finite on rows that a line separates', () => {
    const x = Float64Array.from({ length: 50 }, (_, i) => i - 25.5);
    const data = scaledRows(
      'test',
      dataset(
        [x],
        x.map((v) => (v > 0 ? 1 : 0)),
      ),
    );
    const b = logistic('test', data, data.target, 1);
    expect(sigmoid(linearScore([x], 49, data, b))).toBeGreaterThan(0.95);
    // At the minimum the gradient is zero: sum (y - p) x = l2 · b.
    const gradient = data.target.reduce(
      (sum, y, r) => sum + (y - sigmoid(b[0]! + b[1]! * data.values[r]!)) * data.values[r]!,
      0,
    );
    expect(gradient).toBeCloseTo(b[1]!, 6);
  });

  it('has a sigmoid that does not overflow', () => {
    expect([sigmoid(-1000), sigmoid(0), sigmoid(1000)]).toEqual([0, 0.5, 1]);
  });
});

describe('scaling', () => {
  it('counts missing values as the mean, and knows nothing of a row without any', () => {
    const x = Float64Array.of(1, 3, Number.NaN, 5, 7);
    const data = scaledRows('test', dataset([x], Float64Array.of(1, 2, 3, 4, Number.NaN)));
    expect(data.rows).toBe(4);
    expect(data.means[0]).toBe(3);
    expect(data.values[2]).toBe(0);
    expect(linearScore([x], 2, data, Float64Array.of(1, 1))).toBeNaN();
  });

  it('shares importance by absolute coefficients', () => {
    expect(Array.from(linearImportance(Float64Array.of(9, 1, -3)))).toEqual([0.25, 0.75]);
    expect(Array.from(linearImportance(Float64Array.of(9, 0, 0)))).toEqual([0.5, 0.5]);
  });

  it('says which value is infinite', () => {
    const x = Float64Array.of(1, Number.POSITIVE_INFINITY, 3, 4);
    expect(() =>
      scaledRows(
        'test',
        dataset(
          [x],
          x.map(() => 1),
        ),
      ),
    ).toThrow('MODEL_DATA: model "test" got an infinite "f0" in row 1.');
  });
});
