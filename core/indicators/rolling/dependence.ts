import { z } from 'zod';
import { period } from '../feature.ts';
import { logRatio, ratio } from './arithmetic.ts';
import { Slots } from './memory.ts';
import { defineRows } from './row-feature.ts';
import { logMove, sharedLog } from './shared-log.ts';
import { Delay } from './smoothing.ts';
import { WindowCovariance } from './window-covariance.ts';
import { WindowMoments } from './window-moments.ts';
import { WindowWeightedSum } from './window-sum.ts';

/** Share of variance that a straight line in time explains; 0 where all values are equal. */
export const regressionR2 = defineRows({
  name: 'regression-r2',
  doc: 'R² of a regression on time',
  source: 'slope² × sum of squared time deviations / sum of squared deviations',
  units: '0..1',
  inputs: ['x'],
  outputs: ['r2'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const moments = memory.own(new WindowMoments(n));
    const weighted = memory.own(new WindowWeightedSum(n));
    const tt = (n * (n * n - 1)) / 12;
    return (k, x) => {
      moments.push(x);
      const cross = weighted.push(x) - ((n + 1) / 2) * weighted.sum;
      return k < n - 1 ? Number.NaN : Math.min(1, ratio(cross * cross, tt * moments.m2));
    };
  },
});

/** Correlation of x with itself `lag` rows ago, over the last `period` such pairs; 0 where either side stands still. */
export const autocorrelation = defineRows({
  name: 'autocorrelation',
  doc: 'Autocorrelation at a lag',
  source: 'Pearson correlation of x and x[lag] over period rows',
  units: '-1..1',
  inputs: ['x'],
  outputs: ['correlation'],
  options: z.object({ period: period(2, 50), lag: period(1, 1) }),
  args: ['period', 'lag'],
  warmup: (o) => o.period + o.lag - 1,
  rows({ period: n, lag }, memory) {
    const before = memory.own(new Delay(lag));
    const window = memory.own(new WindowCovariance(n));
    return (k, x) => {
      const old = before.push(x);
      if (k < lag) return Number.NaN;
      window.push(old, x);
      return k < n + lag - 1 ? Number.NaN : window.correlation;
    };
  },
});

/** Correlation of the log returns of two series. 0 where either stands still. */
export const returnCorrelation = defineRows({
  name: 'return-correlation',
  doc: 'Correlation of the log returns of two series',
  source: 'Pearson correlation over the last period returns',
  units: '-1..1',
  inputs: ['x', 'y'],
  outputs: ['correlation'],
  options: z.object({ period: period(2, 50) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const m = memory.own(new Slots(2));
    const window = memory.own(new WindowCovariance(n));
    return (k, x, y) => {
      const s = m.s;
      if (k > 0) window.push(logRatio(x, s[0]!), logRatio(y, s[1]!));
      s[0] = x;
      s[1] = y;
      return k < n ? Number.NaN : window.correlation;
    };
  },
});

/** Hedge ratio of x on y, and the standard score of the present residual, from a rolling regression in levels. 0 at a standstill. */
export const spreadZscore = defineRows({
  name: 'spread-zscore',
  doc: 'Hedge ratio of a pair and the score of its spread',
  source: 'beta = cov(x, y) / var(y); z = residual / sqrt(residual sum of squares / n)',
  units: 'ratio; deviations',
  inputs: ['x', 'y'],
  outputs: ['z', 'beta'],
  options: z.object({ period: period(3, 100) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory, out) {
    const window = memory.own(new WindowCovariance(n));
    return (k, x, y) => {
      window.push(y, x);
      const beta = ratio(window.xy, window.xx);
      const rest = Math.max(0, window.yy - beta * window.xy);
      const residual = x - window.meanY - beta * (y - window.meanX);
      out[0] = k < n - 1 ? Number.NaN : ratio(residual, Math.sqrt(rest / n));
      out[1] = k < n - 1 ? Number.NaN : beta;
    };
  },
});

/** Mean over sample deviation of the last log returns, per row. 0 where nothing moves. */
export const rollingSharpe = defineRows({
  name: 'rolling-sharpe',
  doc: 'Sharpe ratio of log returns per row',
  source: 'mean / sample deviation of ln(x / x[1])',
  units: 'ratio per row',
  inputs: ['x'],
  outputs: ['sharpe'],
  options: z.object({ period: period(2, 50) }),
  args: ['period'],
  warmup: (o) => o.period,
  stages: [logMove(0)],
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const window = memory.own(new WindowMoments(n));
    return (k, x, logMoved) => {
      const old = before.push(x);
      if (k === 0) return Number.NaN;
      window.push(sharedLog(logMoved, x, old));
      return k < n ? Number.NaN : ratio(window.mean, Math.sqrt(window.m2 / (n - 1)));
    };
  },
});

/** Length of the present run of rises (positive) or falls (negative); 0 after an unchanged value. */
export const streak = defineRows({
  name: 'streak',
  doc: 'Signed length of the present run of rises or falls',
  source: 'count of consecutive rows with x > x[1] or x < x[1]',
  units: 'rows',
  inputs: ['x'],
  outputs: ['streak'],
  options: z.object({}),
  args: [],
  warmup: () => 1,
  settle: () => 100,
  rows(_o, memory) {
    const m = memory.own(new Slots(2));
    return (k, x) => {
      const s = m.s;
      const last = s[0]!;
      s[0] = x;
      if (k === 0) return Number.NaN;
      s[1] = x > last ? Math.max(s[1]!, 0) + 1 : x < last ? Math.min(s[1]!, 0) - 1 : 0;
      return s[1]!;
    };
  },
});
