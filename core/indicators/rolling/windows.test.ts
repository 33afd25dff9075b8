import { expect, it } from 'vitest';
import { seeded } from '../../foundation/rng.ts';
import { type Cell, Memory } from './memory.ts';
import { WindowCovariance } from './window-covariance.ts';
import { highest, lowest } from './window-extreme.ts';
import { WindowMoments } from './window-moments.ts';
import { WindowSum, WindowWeightedSum } from './window-sum.ts';

function bound<C extends Cell>(cell: C): C {
  const memory = new Memory();
  memory.own(cell);
  memory.seal();
  return cell;
}

const rng = seeded('windows');
const xs = Float64Array.from({ length: 300 }, () => 100 * rng.normal());
const ys = Float64Array.from({ length: 300 }, () => 3 + rng.normal());
const tail = (values: Float64Array, i: number, n: number) => [...values.subarray(Math.max(0, i + 1 - n), i + 1)];
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

it.each([1, 2, 7, 64])('sums, moments and extremes of %i values equal those of the plain window at every row', (n) => {
  const sum = bound(new WindowSum(n));
  const weighted = bound(new WindowWeightedSum(n));
  const moments = bound(new WindowMoments(n));
  const pair = bound(new WindowCovariance(n));
  const top = bound(highest(n));
  const bottom = bound(lowest(n));
  for (let i = 0; i < xs.length; i++) {
    const w = tail(xs, i, n);
    const v = tail(ys, i, n);
    const m = mean(w);
    expect(sum.push(xs[i]!)).toBeCloseTo(
      w.reduce((a, b) => a + b, 0),
      9,
    );
    const weighed = weighted.push(xs[i]!);
    if (i >= n - 1)
      expect(weighed).toBeCloseTo(
        w.reduce((a, b, j) => a + b * (j + 1), 0),
        8,
      );
    moments.push(xs[i]!);
    expect(moments.mean).toBeCloseTo(m, 9);
    expect(moments.m2).toBeCloseTo(
      w.reduce((a, b) => a + (b - m) ** 2, 0),
      6,
    );
    pair.push(xs[i]!, ys[i]!);
    expect(pair.xy).toBeCloseTo(
      w.reduce((a, b, j) => a + (b - m) * (v[j]! - mean(v)), 0),
      7,
    );
    expect(top.push(xs[i]!)).toBe(Math.max(...w));
    expect(bottom.push(xs[i]!)).toBe(Math.min(...w));
  }
});

it('a huge value leaves no trace once it has left the window', () => {
  const sum = bound(new WindowSum(5));
  const moments = bound(new WindowMoments(5));
  for (const x of [1e18, 1, 1, 1, 1, 1]) {
    moments.push(x);
    sum.push(x);
  }
  expect(sum.push(1)).toBe(5);
  expect(moments.mean).toBe(1);
  expect(moments.m2).toBe(0);
});

it('equal values have no deviation, whatever their size', () => {
  const moments = bound(new WindowMoments(7));
  for (let i = 0; i < 50; i++) moments.push(0.1);
  expect(moments.mean).toBe(0.1);
  expect(moments.m2).toBe(0);
});
