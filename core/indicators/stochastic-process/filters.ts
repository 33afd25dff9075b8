import { z } from 'zod';
import { period } from '../feature.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';

/** Variance and covariance of a new level and slope after one row's acceleration noise of variance q. */
function predict(p: Float64Array, q: number): void {
  const [ll, ls, ss] = [p[0]!, p[1]!, p[2]!];
  p[0] = ll + 2 * ls + ss + q / 4;
  p[1] = ls + ss + q / 2;
  p[2] = ss + q;
}

/** Rows until the filter has forgotten its start: the product of its error transitions falls below 1e-12. */
function settleOf(noise: number): number {
  const p = Float64Array.of(1, 0, 1);
  let [a, b, c, d] = [1, 0, 0, 1];
  for (let row = 1; row < 1_000_000; row++) {
    predict(p, noise);
    const gain = p[0]! / (p[0]! + 1);
    const tilt = p[1]! / (p[0]! + 1);
    p[2]! -= tilt * p[1]!;
    p[1]! *= 1 - gain;
    p[0]! *= 1 - gain;
    [a, b, c, d] = [(1 - gain) * (a + c), (1 - gain) * (b + d), c - tilt * (a + c), d - tilt * (b + d)];
    if (Math.abs(a) + Math.abs(b) + Math.abs(c) + Math.abs(d) < 1e-12) return row;
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * Kalman filter of a local linear trend: x is level plus unit noise, the level moves by a slope that random accelerations of variance `noise` change.
 * Only that ratio matters, so there is no scale to set. Starts at the first value with slope 0.
 */
export const kalmanTrend = defineRows({
  name: 'kalman-trend',
  doc: 'Level and slope of a local linear trend by Kalman filter',
  source: 'level += slope, slope += noise, discrete white acceleration; R. Kalman 1960',
  units: 'as input; as input per row',
  inputs: ['x'],
  outputs: ['level', 'slope'],
  options: z.object({ noise: z.number().min(1e-8).max(100).default(1e-3) }),
  args: ['noise'],
  warmup: () => 0,
  settle: (o) => settleOf(o.noise),
  rows({ noise }, memory, out) {
    const m = memory.own(new Slots(5)); // level, slope, variances: level, both, slope
    return (k, x) => {
      const s = m.s;
      if (k === 0) {
        s[0] = x;
        s[2] = s[4] = 1;
      } else {
        const ll = s[2]! + 2 * s[3]! + s[4]! + noise / 4;
        const ls = s[3]! + s[4]! + noise / 2;
        const ss = s[4]! + noise;
        const gain = ll / (ll + 1);
        const tilt = ls / (ll + 1);
        const miss = x - s[0]! - s[1]!;
        s[0]! += s[1]! + gain * miss;
        s[1]! += tilt * miss;
        s[2] = (1 - gain) * ll;
        s[3] = (1 - gain) * ls;
        s[4] = ss - tilt * ls;
      }
      out[0] = s[0]!;
      out[1] = s[1]!;
    };
  },
});

/** The weight of (1 - B)^d that comes k-th, from the one before it. */
function nextWeight(last: number, d: number, k: number): number {
  return (-last * (d - k + 1)) / k;
}

/** How many weights of (1 - B)^d there are before one falls below the threshold. */
function weightCount(d: number, threshold: number, n: number): number {
  let weight = 1;
  for (let k = 1; k < n; k++) {
    weight = nextWeight(weight, d, k);
    if (Math.abs(weight) < threshold) return k;
  }
  return n;
}

/**
 * Fractional difference of order `d` by a fixed window: the weights of (1 - B)^d down to `threshold`, at most `maxWidth` of them. Keeps memory that a
 * return loses. Costs O(number of weights) per row.
 */
export const fractionalDifference = defineRows({
  name: 'fractional-difference',
  version: 2,
  doc: 'Fractionally differenced series of fixed window',
  source: 'w[k] = -w[k-1] (d - k + 1) / k; Hosking 1981, López de Prado 2018',
  units: 'as input',
  inputs: ['x'],
  outputs: ['difference'],
  options: z.object({
    d: z.number().min(0.01).max(2).default(0.4),
    threshold: z.number().min(1e-8).max(0.5).default(1e-3),
    maxWidth: period(1, 1000),
  }),
  args: ['d', 'threshold'],
  warmup: (o) => weightCount(o.d, o.threshold, o.maxWidth) - 1,
  rows({ d, threshold, maxWidth }, memory) {
    const n = weightCount(d, threshold, maxWidth);
    const weights = new Float64Array(n); // newest first
    weights[0] = 1;
    for (let j = 1; j < n; j++) weights[j] = nextWeight(weights[j - 1]!, d, j);
    const ring = memory.own(new Slots(2 * n)); // twice, so that the window is one stretch
    return (k, x) => {
      const s = ring.s;
      // Written backwards: the newest stands first.
      const at = n - 1 - (k % n);
      s[at] = s[at + n] = x;
      if (k < n - 1) return Number.NaN;
      // four chains of additions instead of one
      let a = 0;
      let b = 0;
      let c = 0;
      let e = 0;
      let j = 0;
      for (; j + 3 < n; j += 4) {
        a += weights[j]! * s[at + j]!;
        b += weights[j + 1]! * s[at + j + 1]!;
        c += weights[j + 2]! * s[at + j + 2]!;
        e += weights[j + 3]! * s[at + j + 3]!;
      }
      for (; j < n; j++) a += weights[j]! * s[at + j]!;
      return a + b + (c + e);
    };
  },
});
