import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from './arithmetic.ts';
import { defineRows } from './row-feature.ts';
import { SortedWindow } from './sorted-window.ts';
import { WindowMoments } from './window-moments.ts';
import { WindowMoments4 } from './window-moments4.ts';

/** Standard score of x in its window, population deviation; 0 where all values are equal. */
export const zscore = defineRows({
  name: 'zscore',
  doc: 'Standard score in a sliding window',
  source: '(x - mean) / population deviation',
  units: 'deviations',
  inputs: ['x'],
  outputs: ['z'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const window = memory.own(new WindowMoments(n));
    return (k, x) => {
      window.push(x);
      return k < n - 1 ? Number.NaN : ratio(x - window.mean, Math.sqrt(window.m2 / n));
    };
  },
});

/** Percentage of the `period` values before x that are below it. O(log n) to search. */
export const percentileRank = defineRows({
  name: 'percentile-rank',
  doc: 'Percent of the previous values below the present one',
  source: '100 × count(previous < x) / period',
  units: '0..100',
  inputs: ['x'],
  outputs: ['rank'],
  options: z.object({ period: period(1, 100) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const window = memory.own(new SortedWindow(n));
    return (k, x) => {
      window.push(x);
      return k < n ? Number.NaN : (100 * window.belowBefore) / n;
    };
  },
});

/** Quantile of the last `period` values, linear between neighbours. */
export const rollingQuantile = defineRows({
  name: 'rolling-quantile',
  doc: 'Quantile of a sliding window',
  source: 'order statistic with linear interpolation (pandas default)',
  units: 'as input',
  inputs: ['x'],
  outputs: ['quantile'],
  options: z.object({ period: period(1, 50), q: z.number().min(0).max(1).default(0.9) }),
  args: ['period', 'q'],
  warmup: (o) => o.period - 1,
  rows({ period: n, q }, memory) {
    const window = memory.own(new SortedWindow(n));
    return (k, x) => {
      window.push(x);
      return k < n - 1 ? Number.NaN : window.quantile(q);
    };
  },
});

/** Median of the last `period` values. */
export const rollingMedian = defineRows({
  name: 'rolling-median',
  doc: 'Median of a sliding window',
  source: 'order statistic; mean of the middle two for an even period',
  units: 'as input',
  inputs: ['x'],
  outputs: ['median'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const window = memory.own(new SortedWindow(n));
    return (k, x) => {
      window.push(x);
      return k < n - 1 ? Number.NaN : window.quantile(0.5);
    };
  },
});

/** Interquartile range of the last `period` values, as a fraction of their median; 0 for a median of 0. */
export const rollingIqr = defineRows({
  name: 'rolling-iqr',
  doc: 'Relative interquartile range of a sliding window',
  source: '(q75 - q25) / median',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['iqr'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const window = memory.own(new SortedWindow(n));
    return (k, x) => {
      window.push(x);
      return k < n - 1 ? Number.NaN : ratio(window.quantile(0.75) - window.quantile(0.25), window.quantile(0.5));
    };
  },
});

/** Unbiased skewness of the last `period` values, as pandas has it; 0 where all are equal. */
export const rollingSkew = defineRows({
  name: 'rolling-skew',
  doc: 'Skewness of a sliding window',
  source: 'sqrt(n (n - 1)) / (n - 2) × m3 / m2^1.5; pandas rolling skew',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['skew'],
  options: z.object({ period: period(3, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const window = memory.own(new WindowMoments4(n));
    const factor = Math.sqrt(n * (n - 1)) / (n - 2);
    return (k, x) => {
      window.push(x);
      if (k < n - 1) return Number.NaN;
      const variance = window.m2 / n;
      return ratio((factor * window.m3) / n, variance * Math.sqrt(variance));
    };
  },
});

/** Unbiased excess kurtosis of the last `period` values, as pandas has it; 0 where all are equal. */
export const rollingKurtosis = defineRows({
  name: 'rolling-kurtosis',
  doc: 'Excess kurtosis of a sliding window',
  source: '(n - 1) / ((n - 2)(n - 3)) × ((n + 1) g2 + 6), g2 = n m4 / m2² - 3; pandas rolling kurt',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['kurtosis'],
  options: z.object({ period: period(4, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const window = memory.own(new WindowMoments4(n));
    const factor = (n - 1) / ((n - 2) * (n - 3));
    return (k, x) => {
      window.push(x);
      if (k < n - 1) return Number.NaN;
      const square = window.m2 * window.m2;
      return square === 0 ? 0 : factor * ((n + 1) * ((n * window.m4) / square - 3) + 6);
    };
  },
});
