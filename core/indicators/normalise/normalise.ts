import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio, within } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { forgetEma } from '../rolling/smoothing.ts';
import { SortedWindow } from '../rolling/sorted-window.ts';
import { highest, lowest } from '../rolling/window-extreme.ts';
import { WindowMoments } from '../rolling/window-moments.ts';

/** Symmetric limit on scores; 0 leaves them as they are. */
const clampOption = z.number().min(0).default(0);

function clamped(value: number, limit: number): number {
  return limit > 0 ? within(value, limit) : value;
}

/**
 * Sliding standard score, the present value included: sample deviation, never below `minDeviation`; the window grows until `period` rows are there and
 * values are given from `minSamples` on (the first is 0). Equals Welford's sliding update without its slow loss of precision.
 */
export const welfordZscore = defineRows({
  name: 'welford-zscore',
  doc: "Welford's sliding standard score with its mean and deviation",
  source: '(x - mean) / max(sample deviation, minDeviation); B. Welford 1962',
  units: 'deviations; as input',
  inputs: ['x'],
  outputs: ['z', 'mean', 'std'],
  options: z.object({
    period: period(2, 100),
    minDeviation: z.number().positive().default(1e-8),
    clamp: clampOption,
    minSamples: period(1, 1),
  }),
  args: ['period', 'clamp'],
  warmup: (o) => o.minSamples - 1,
  settle: (o) => o.period,
  rows({ period: n, minDeviation, clamp, minSamples }, memory, out) {
    const window = memory.own(new WindowMoments(n));
    return (k, x) => {
      window.push(x);
      if (k < minSamples - 1) {
        out.fill(Number.NaN);
        return;
      }
      const count = Math.min(k + 1, n);
      const deviation = count > 1 ? Math.sqrt(window.m2 / (count - 1)) : 0;
      out[0] = clamped((x - window.mean) / (deviation > minDeviation ? deviation : minDeviation), clamp);
      out[1] = window.mean;
      out[2] = deviation;
    };
  },
});

/** Robust score: distance from the window's median in units of 1.4826 × the median absolute deviation (at least `minDeviation`). */
export const robustZscore = defineRows({
  name: 'robust-zscore',
  doc: 'Sliding score by median and median absolute deviation',
  source: '(x - median) / max(1.4826 MAD, minDeviation); F. Hampel 1974',
  units: 'deviations',
  inputs: ['x'],
  outputs: ['z'],
  options: z.object({ period: period(2, 100), minDeviation: z.number().positive().default(1e-8), clamp: clampOption }),
  args: ['period', 'clamp'],
  warmup: (o) => o.period - 1,
  rows({ period: n, minDeviation, clamp }, memory) {
    const window = memory.own(new SortedWindow(n));
    return (k, x) => {
      window.push(x);
      if (k < n - 1) return Number.NaN;
      const median = window.quantile(0.5);
      const deviation = 1.4826 * window.medianDistance(median);
      const scale = deviation > minDeviation ? deviation : minDeviation;
      return clamped((x - median) / scale, clamp);
    };
  },
});

/** Rank of x among the last `period` values, itself included, as -1 (smallest) to 1 (largest); equal values share the middle of their ranks. */
export const rankNormalise = defineRows({
  name: 'rank-normalise',
  doc: 'Sliding rank scaled to -1..1',
  source: '(count below - count above) / (n - 1)',
  units: '-1..1',
  inputs: ['x'],
  outputs: ['rank'],
  options: z.object({ period: period(2, 100) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const window = memory.own(new SortedWindow(n));
    return (k, x) => {
      window.push(x);
      return k < n - 1 ? Number.NaN : (window.below - window.above) / (n - 1);
    };
  },
});

/** Place of x between the lowest and highest of the last `period` values, 0..1; 0.5 where they are equal. */
export const minMaxNormalise = defineRows({
  name: 'min-max-normalise',
  doc: 'Sliding min-max scaling to 0..1',
  source: '(x - lowest) / (highest - lowest)',
  units: '0..1',
  inputs: ['x'],
  outputs: ['scaled'],
  options: z.object({ period: period(2, 100) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const top = memory.own(highest(n));
    const bottom = memory.own(lowest(n));
    return (k, x) => {
      const high = top.push(x);
      const low = bottom.push(x);
      return k < n - 1 ? Number.NaN : ratio(x - low, high - low, 0.5);
    };
  },
});

/** Score by exponential mean and variance of span `period`, the present value included; starts at the first value, given from `minSamples` on. */
export const exponentialZscore = defineRows({
  name: 'exponential-zscore',
  doc: 'Score by exponentially weighted mean and deviation',
  source: 'variance = (1 - a)(variance + a d²), mean += a d, a = 2 / (period + 1); P. Finch 2009',
  units: 'deviations',
  inputs: ['x'],
  outputs: ['z'],
  options: z.object({
    period: period(2, 100),
    minDeviation: z.number().positive().default(1e-8),
    clamp: clampOption,
    minSamples: period(1, 20),
  }),
  args: ['period', 'clamp'],
  warmup: (o) => o.minSamples - 1,
  settle: (o) => forgetEma(o.period),
  rows({ period: n, minDeviation, clamp, minSamples }, memory) {
    const a = 2 / (n + 1);
    const m = memory.own(new Slots(2)); // mean, variance
    return (k, x) => {
      const s = m.s;
      if (k === 0) s[0] = x;
      const d = x - s[0]!;
      s[0]! += a * d;
      s[1] = (1 - a) * (s[1]! + a * d * d);
      return k < minSamples - 1 ? Number.NaN : clamped((x - s[0]!) / Math.max(Math.sqrt(s[1]!), minDeviation), clamp);
    };
  },
});
