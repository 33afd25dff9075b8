import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, forget, forgetEma, trueRange, wilderCell } from '../rolling/smoothing.ts';
import { highest, lowest } from '../rolling/window-extreme.ts';
import { WindowMoments } from '../rolling/window-moments.ts';
import { WindowSum, WindowWeightedSum } from '../rolling/window-sum.ts';

/** Keltner channel: EMA of the close ± multiple × Wilder's average true range, both seeded as TA-Lib does. */
export const keltner = defineRows({
  name: 'keltner',
  doc: 'Keltner channel',
  source: 'EMA(close, period) ± multiple × ATR(atrPeriod); C. Keltner 1960, L. Bradford Raschke',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['upper', 'middle', 'lower'],
  options: z.object({ period: period(1, 20), atrPeriod: period(1, 10), multiple: z.number().min(0).default(2) }),
  args: ['period', 'atrPeriod', 'multiple'],
  warmup: (o, output) => (output === 1 ? o.period - 1 : Math.max(o.period - 1, o.atrPeriod)),
  settle: (o) => Math.max(forgetEma(o.period), forget(1 / o.atrPeriod)),
  rows({ period: n, atrPeriod, multiple }, memory, out) {
    const before = memory.own(new Delay(1));
    const average = memory.own(emaCell(n));
    const atr = memory.own(wilderCell(atrPeriod));
    return (k, high, low, close) => {
      const previous = before.push(close);
      const middle = average.push(close);
      const width = k === 0 ? Number.NaN : atr.push(trueRange(high, low, previous)) * multiple;
      out[0] = middle + width;
      out[1] = middle;
      out[2] = middle - width;
    };
  },
});

/** Donchian channel: highest high, lowest low and their middle over the last `period` rows, the present one included. */
export const donchian = defineRows({
  name: 'donchian',
  doc: 'Donchian channel',
  source: 'highest(high), lowest(low), middle; R. Donchian',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['upper', 'middle', 'lower'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory, out) {
    const top = memory.own(highest(n));
    const bottom = memory.own(lowest(n));
    return (k, high, low) => {
      const upper = top.push(high);
      const lower = bottom.push(low);
      const isWarm = k >= n - 1;
      out[0] = isWarm ? upper : Number.NaN;
      out[1] = isWarm ? (upper + lower) / 2 : Number.NaN;
      out[2] = isWarm ? lower : Number.NaN;
    };
  },
});

/** Where x lies in its Bollinger bands (`percentB`: 0 lower, 1 upper) and their relative width. 0.5 where all values are equal. */
export const bollingerPosition = defineRows({
  name: 'bollinger-position',
  doc: 'Bollinger %B and bandwidth',
  source: '(x - lower) / (upper - lower); (upper - lower) / middle; J. Bollinger, population deviation',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['percentB', 'bandwidth'],
  options: z.object({ period: period(2, 20), deviations: z.number().positive().default(2) }),
  args: ['period', 'deviations'],
  warmup: (o) => o.period - 1,
  rows({ period: n, deviations }, memory, out) {
    const window = memory.own(new WindowMoments(n));
    return (k, x) => {
      window.push(x);
      const half = deviations * Math.sqrt(window.m2 / n);
      const middle = window.mean;
      out[0] = k < n - 1 ? Number.NaN : ratio(x - middle + half, 2 * half, 0.5);
      out[1] = k < n - 1 ? Number.NaN : ratio(2 * half, middle);
    };
  },
});

/** Linear regression channel: end of the least-squares line through the window ± deviations × the residuals' population deviation. */
export const regressionChannel = defineRows({
  name: 'regression-channel',
  doc: 'Linear regression channel',
  source: 'end of the regression line on time ± deviations × sqrt(residual sum of squares / n)',
  units: 'as input',
  inputs: ['x'],
  outputs: ['upper', 'middle', 'lower'],
  options: z.object({ period: period(3, 50), deviations: z.number().min(0).default(2) }),
  args: ['period', 'deviations'],
  warmup: (o) => o.period - 1,
  rows({ period: n, deviations }, memory, out) {
    const moments = memory.own(new WindowMoments(n));
    const weighted = memory.own(new WindowWeightedSum(n));
    const tt = (n * (n * n - 1)) / 12;
    return (k, x) => {
      moments.push(x);
      const w = weighted.push(x);
      const slope = (w - ((n + 1) / 2) * weighted.sum) / tt;
      const middle = moments.mean + (slope * (n - 1)) / 2;
      const half = deviations * Math.sqrt(Math.max(0, moments.m2 - slope * slope * tt) / n);
      const isWarm = k >= n - 1;
      out[0] = isWarm ? middle + half : Number.NaN;
      out[1] = isWarm ? middle : Number.NaN;
      out[2] = isWarm ? middle - half : Number.NaN;
    };
  },
});

/** Rolling VWAP ± deviations × the volume-weighted standard deviation of the typical price. The typical price alone while nothing traded. */
export const vwapBands = defineRows({
  name: 'vwap-bands',
  doc: 'Bands of volume-weighted deviation about the rolling VWAP',
  source: 'vwap ± deviations × sqrt(sum(volume (typical - reference)²) / sum(volume) - (vwap - reference)²)',
  units: 'price',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['upper', 'lower'],
  options: z.object({ period: period(2, 20), deviations: z.number().min(0).default(2) }),
  args: ['period', 'deviations'],
  warmup: (o) => o.period - 1,
  rows({ period: n, deviations }, memory, out) {
    const amount = memory.own(new WindowSum(n));
    const cost = memory.own(new WindowSum(n));
    const square = memory.own(new WindowSum(n));
    const origin = memory.own(new Slots(1));
    return (k, high, low, close, volume) => {
      const typical = (high + low + close) / 3;
      // The first price since the restart is a fixed reference: squares of distances from it cancel far less than squares of prices.
      if (k === 0) origin.s[0] = typical;
      const zero = origin.s[0]!;
      const d = typical - zero;
      const a = amount.push(volume);
      const mean = ratio(cost.push(volume * d), a, d);
      const variance = ratio(square.push(volume * d * d), a, d * d) - mean * mean;
      const half = deviations * Math.sqrt(Math.max(0, variance));
      out[0] = k < n - 1 ? Number.NaN : zero + mean + half;
      out[1] = k < n - 1 ? Number.NaN : zero + mean - half;
    };
  },
});
