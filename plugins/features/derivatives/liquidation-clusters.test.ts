import { expect, it } from 'vitest';
import { runFeature } from '../../../core/indicators/feature.ts';
import { checkFeature } from '../../../core/testing/feature-contract.ts';
import { liquidationLevels, nearestLevels } from './liquidation-clusters.ts';

const HOUR = 3_600_000;
const run = (rows: readonly (readonly [hour: number, price: number, amount: number])[], options = {}) =>
  runFeature(liquidationLevels.definition, options, [
    Float64Array.from(rows, (r) => r[0] * HOUR),
    Float64Array.from(rows, (r) => r[1]),
    Float64Array.from(rows, (r) => r[2]),
  ]);

it('gathers notional by level and forgets half of it in a half-life', () => {
  const out = run(
    [
      [0, 100, 10],
      [0, 100.1, 10],
      [0, 120, 5],
      [10, 90, 1],
    ],
    { width: 0.01, halfLife: 10 },
  );
  expect(out[0]![3]).toBeCloseTo(100, -1);
  expect(out[6]![3]).toBeCloseTo((1000 + 1001) / 2, 9);
  expect(out[7]![3]).toBeCloseTo(300, 9);
  expect(out[8]![3]).toBeCloseTo(90, 9);
  expect(out[9]![3]).toBeNaN();
});

it('finds the nearest above and below, and what share of all they hold', () => {
  const columns = [
    100,
    101,
    99,
    110,
    Number.NaN,
    Number.NaN,
    Number.NaN,
    10,
    30,
    60,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ];
  const out = runFeature(
    nearestLevels.definition,
    {},
    columns.map((x) => Float64Array.of(x)),
  );
  expect(out.map((x) => x[0])).toEqual([101 / 100 - 1, 0.1, 99 / 100 - 1, 0.3]);
});

it('obeys the law of kernels', () => {
  const rows = 600;
  const at = (f: (i: number) => number) => Float64Array.from({ length: rows }, (_, i) => f(i));
  const inputs = [at((i) => i * HOUR), at((i) => 100 * 1.01 ** (i % 9)), at((i) => 1 + (i % 7))];
  const broken = checkFeature(liquidationLevels, { inputs }).filter(
    (v) => v.law !== 'warm-up' || !v.detail.includes('level'),
  );
  expect(broken).toEqual([]);
});
