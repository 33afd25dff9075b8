import { z } from 'zod';
import { period } from '../feature.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { logMove, logSpan, sharedLog } from '../rolling/shared-log.ts';
import { Delay, forget, Smoother } from '../rolling/smoothing.ts';
import { WindowMoments } from '../rolling/window-moments.ts';
import { WindowSum } from '../rolling/window-sum.ts';

/** Sample standard deviation of log returns, per row and annualised by sqrt(`rowsPerYear`). */
export const historicalVolatility = defineRows({
  name: 'historical-volatility',
  doc: 'Historical volatility of log returns, per row and annualised',
  source: 'sample deviation (ddof 1) of ln(x / previous)',
  units: 'fraction per row; per year',
  inputs: ['x'],
  outputs: ['vol', 'annualised'],
  options: z.object({ period: period(2, 20), rowsPerYear: z.number().positive().default(365) }),
  args: ['period', 'rowsPerYear'],
  warmup: (o) => o.period,
  stages: [logMove(0)],
  rows({ period: n, rowsPerYear }, memory, out) {
    const before = memory.own(new Delay(1));
    const window = memory.own(new WindowMoments(n));
    const year = Math.sqrt(rowsPerYear);
    return (k, x, logMoved) => {
      const previous = before.push(x);
      if (k > 0) window.push(sharedLog(logMoved, x, previous));
      const vol = k < n ? Number.NaN : Math.sqrt(window.m2 / (n - 1));
      out[0] = vol;
      out[1] = vol * year;
    };
  },
});

/**
 * Parkinson's volatility blended with the realised one, and the stops that follow: close × (1 ∓ k × blend).
 * All per row; `realized` is the sample deviation of the last n log returns, `rms` their root mean square.
 */
export const blendedVolatility = defineRows({
  name: 'blended-volatility',
  doc: 'Parkinson and realised volatility blended, with stop prices',
  source: 'weight × Parkinson + (1 - weight) × sample deviation of log returns; stop = close × (1 ∓ k × blend)',
  units: 'fraction per row; price',
  inputs: ['high', 'low', 'close'],
  outputs: ['blend', 'parkinson', 'realized', 'rms', 'stopLong', 'stopShort'],
  options: z.object({
    period: period(2, 20),
    weight: z.number().min(0).max(1).default(0.5),
    k: z.number().min(0).default(2),
  }),
  args: ['period', 'weight', 'k'],
  warmup: (o) => o.period,
  stages: [logSpan(0, 1), logMove(2)],
  rows({ period: n, weight, k: width }, memory, out) {
    const before = memory.own(new Delay(1));
    const ranges = memory.own(new WindowSum(n));
    const squares = memory.own(new WindowSum(n));
    const window = memory.own(new WindowMoments(n));
    return (k, high, low, close, logRange, logMoved) => {
      const previous = before.push(close);
      const range = sharedLog(logRange, high, low);
      const total = ranges.push(range * range);
      if (k > 0) {
        const move = sharedLog(logMoved, close, previous);
        window.push(move);
        out[3] = Math.sqrt(squares.push(move * move) / n);
      }
      if (k < n) {
        out.fill(Number.NaN);
        return;
      }
      out[1] = Math.sqrt(total / (4 * n * Math.LN2));
      out[2] = Math.sqrt(window.m2 / (n - 1));
      const blend = weight * out[1] + (1 - weight) * out[2];
      out[0] = blend;
      out[4] = close * (1 - width * blend);
      out[5] = close * (1 + width * blend);
    };
  },
});

/** RiskMetrics volatility: exponentially weighted root mean square of log returns, decay `lambda`, seeded with the mean of the first 20 squares. */
export const ewmaVolatility = defineRows({
  name: 'ewma-volatility',
  doc: 'Exponentially weighted volatility of log returns',
  source: 'variance = lambda × variance + (1 - lambda) × return²; RiskMetrics 1996',
  units: 'fraction per row',
  inputs: ['x'],
  outputs: ['vol'],
  options: z.object({ lambda: z.number().min(0.5).max(0.9999).default(0.94) }),
  args: ['lambda'],
  warmup: () => 20,
  settle: (o) => forget(1 - o.lambda),
  stages: [logMove(0)],
  rows({ lambda }, memory) {
    const before = memory.own(new Delay(1));
    const variance = memory.own(new Smoother(1 - lambda, 20));
    return (k, x, logMoved) => {
      const move = sharedLog(logMoved, x, before.push(x));
      return k === 0 ? Number.NaN : Math.sqrt(variance.push(move * move));
    };
  },
});

/** Deviation of the losing side only: root mean square of the negative log returns, over all rows of the window. */
export const downsideDeviation = defineRows({
  name: 'downside-deviation',
  doc: 'Downside deviation of log returns',
  source: 'sqrt(mean(min(0, ln(x / previous))²))',
  units: 'fraction per row',
  inputs: ['x'],
  outputs: ['deviation'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period,
  stages: [logMove(0)],
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const sum = memory.own(new WindowSum(n));
    return (k, x, logMoved) => {
      const move = Math.min(0, sharedLog(logMoved, x, before.push(x)));
      if (k === 0) return Number.NaN;
      const total = sum.push(move * move);
      return k < n ? Number.NaN : Math.sqrt(total / n);
    };
  },
});

/** Bipower variation, which jumps hardly move, and the jump share: 1 - bipower / realised variance, at least 0. */
export const bipowerVariation = defineRows({
  name: 'bipower-variation',
  doc: 'Jump-robust volatility per row and the share of jumps in variance',
  source: 'sqrt(π/2 × mean(|r| |r[-1]|)); Barndorff-Nielsen and Shephard 2004',
  units: 'fraction per row; 0..1',
  inputs: ['x'],
  outputs: ['vol', 'jumpShare'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period + 1,
  stages: [logMove(0)],
  rows({ period: n }, memory, out) {
    const before = memory.own(new Delay(1));
    const earlier = memory.own(new Delay(1));
    const products = memory.own(new WindowSum(n));
    const squares = memory.own(new WindowSum(n));
    return (k, x, logMoved) => {
      out[0] = out[1] = Number.NaN;
      const move = Math.abs(sharedLog(logMoved, x, before.push(x)));
      if (k === 0) return;
      const last = earlier.push(move);
      if (k === 1) return;
      const bipower = (products.push(move * last) * Math.PI) / 2;
      const total = squares.push(move * move);
      if (k <= n) return;
      out[0] = Math.sqrt(bipower / n);
      out[1] = total > 0 ? Math.max(0, 1 - bipower / total) : 0;
    };
  },
});

/** Volatility of volatility: sample deviation of the last `outer` values of the `period` volatility, over their mean. 0 at a standstill. */
export const volOfVol = defineRows({
  name: 'vol-of-vol',
  doc: 'Relative deviation of the rolling volatility',
  source: 'deviation / mean of historical volatility over the last outer rows',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['ratio'],
  options: z.object({ period: period(2, 20), outer: period(2, 20) }),
  args: ['period', 'outer'],
  warmup: (o) => o.period + o.outer - 1,
  stages: [logMove(0)],
  rows({ period: n, outer: m }, memory) {
    const before = memory.own(new Delay(1));
    const inner = memory.own(new WindowMoments(n));
    const outer = memory.own(new WindowMoments(m));
    return (k, x, logMoved) => {
      const previous = before.push(x);
      if (k === 0) return Number.NaN;
      inner.push(sharedLog(logMoved, x, previous));
      if (k < n) return Number.NaN;
      outer.push(Math.sqrt(inner.m2 / (n - 1)));
      if (k < n + m - 1) return Number.NaN;
      return outer.mean > 0 ? Math.sqrt(outer.m2 / (m - 1)) / outer.mean : 0;
    };
  },
});
