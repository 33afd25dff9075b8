import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio, within } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, forgetEma, trueRange } from '../rolling/smoothing.ts';
import { highest, lowest } from '../rolling/window-extreme.ts';
import { WindowMoments } from '../rolling/window-moments.ts';
import { WindowSum, WindowWeightedSum } from '../rolling/window-sum.ts';

/** Kaufman's efficiency ratio: net change over the sum of absolute changes. 0 where nothing moved. */
export const efficiencyRatio = defineRows({
  name: 'efficiency-ratio',
  doc: "Kaufman's efficiency ratio",
  source: '|x - x[n]| / sum(|x - x[1]|, n); P. Kaufman 1995',
  units: '0..1',
  inputs: ['x'],
  outputs: ['er'],
  options: z.object({ period: period(1, 10) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const start = memory.own(new Delay(n));
    const path = memory.own(new WindowSum(n));
    return (k, x) => {
      const previous = before.push(x);
      const first = start.push(x);
      if (k === 0) return Number.NaN;
      const total = path.push(Math.abs(x - previous));
      return k < n ? Number.NaN : Math.min(1, ratio(Math.abs(x - first), total));
    };
  },
});

/** Vertical horizontal filter: range of closes over the sum of absolute changes. 0 where nothing moved. */
export const vhf = defineRows({
  name: 'vhf',
  doc: 'Vertical horizontal filter',
  source: '(highest(x, n) - lowest(x, n)) / sum(|x - x[1]|, n); A. White 1991',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['vhf'],
  options: z.object({ period: period(2, 28) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const top = memory.own(highest(n));
    const bottom = memory.own(lowest(n));
    const path = memory.own(new WindowSum(n));
    return (k, x) => {
      const previous = before.push(x);
      const span = top.push(x) - bottom.push(x);
      if (k === 0) return Number.NaN;
      const total = path.push(Math.abs(x - previous));
      return k < n ? Number.NaN : ratio(span, total);
    };
  },
});

/** Choppiness index: 100 × log10(sum of true ranges / range of the window) / log10(n). 100 where nothing moves. */
export const choppiness = defineRows({
  name: 'choppiness',
  version: 2,
  doc: 'Choppiness index',
  source: '100 log10(sum(true range, n) / (highest(high, n) - lowest(low, n))) / log10(n); E. Dreiss',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['choppiness'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const top = memory.own(highest(n));
    const bottom = memory.own(lowest(n));
    const path = memory.own(new WindowSum(n));
    const scale = Math.log(n);
    return (k, high, low, close) => {
      const previous = before.push(close);
      const span = top.push(high) - bottom.push(low);
      if (k === 0) return Number.NaN;
      const total = path.push(trueRange(high, low, previous));
      if (k < n) return Number.NaN;
      return span > 0 ? (100 * Math.log(total / span)) / scale : 100;
    };
  },
});

/** Dorsey's mass index: sum over `period` of EMA(range) / EMA(EMA(range)); each ratio is 1 where nothing moves. */
export const massIndex = defineRows({
  name: 'mass-index',
  doc: 'Mass index',
  source: 'sum(EMA(high - low, 9) / EMA(EMA(high - low, 9), 9), 25); D. Dorsey 1992',
  units: 'sum of ratios',
  inputs: ['high', 'low'],
  outputs: ['mass'],
  options: z.object({ period: period(1, 25), ema: period(1, 9) }),
  args: ['period', 'ema'],
  warmup: (o) => 2 * (o.ema - 1) + o.period - 1,
  settle: (o) => 2 * forgetEma(o.ema) + o.period,
  rows({ period: n, ema }, memory) {
    const single = memory.own(emaCell(ema));
    const double = memory.own(emaCell(ema));
    const sum = memory.own(new WindowSum(n));
    return (k, high, low) => {
      const a = single.push(high - low);
      const b = double.push(a);
      if (Number.isNaN(b)) return Number.NaN;
      const total = sum.push(ratio(a, b, 1));
      return k < 2 * (ema - 1) + n - 1 ? Number.NaN : total;
    };
  },
});

/** How many of the last `period` rows made a higher high, and how many a lower low, than the row before. */
export const higherHighsLowerLows = defineRows({
  name: 'higher-highs-lower-lows',
  doc: 'Counts of higher highs and lower lows',
  source: 'count(high > previous high), count(low < previous low) over period rows',
  units: 'rows',
  inputs: ['high', 'low'],
  outputs: ['higherHighs', 'lowerLows'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory, out) {
    const m = memory.own(new Slots(2));
    const up = memory.own(new WindowSum(n));
    const down = memory.own(new WindowSum(n));
    return (k, high, low) => {
      const s = m.s;
      out[0] = out[1] = Number.NaN;
      if (k > 0) {
        const u = up.push(high > s[0]! ? 1 : 0);
        const d = down.push(low < s[1]! ? 1 : 0);
        if (k >= n) {
          out[0] = u;
          out[1] = d;
        }
      }
      s[0] = high;
      s[1] = low;
    };
  },
});

/** t statistic of the regression slope on time: sign and strength of the trend in one number, cut at ±`cap`. 0 for a flat window. */
export const trendTStat = defineRows({
  name: 'trend-t-stat',
  doc: 't statistic of the slope of a regression on time',
  source: 'slope / standard error; ordinary least squares',
  units: 't',
  inputs: ['x'],
  outputs: ['t'],
  options: z.object({ period: period(3, 20), cap: z.number().positive().default(100) }),
  args: ['period', 'cap'],
  warmup: (o) => o.period - 1,
  rows({ period: n, cap }, memory) {
    const moments = memory.own(new WindowMoments(n));
    const weighted = memory.own(new WindowWeightedSum(n));
    const tt = (n * (n * n - 1)) / 12;
    return (k, x) => {
      moments.push(x);
      const w = weighted.push(x);
      if (k < n - 1) return Number.NaN;
      if (moments.m2 === 0) return 0;
      const slope = (w - ((n + 1) / 2) * weighted.sum) / tt;
      const error = Math.sqrt(Math.max(0, moments.m2 - slope * slope * tt) / (n - 2) / tt);
      return error > 0 ? within(slope / error, cap) : Math.sign(slope) * cap;
    };
  },
});
