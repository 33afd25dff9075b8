import { z } from 'zod';
import { period } from '../feature.ts';
import { logRatio, ratio, within } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { logMove, sharedLog } from '../rolling/shared-log.ts';
import { Delay } from '../rolling/smoothing.ts';
import { WindowCovariance } from '../rolling/window-covariance.ts';
import { WindowMoments } from '../rolling/window-moments.ts';

const NEARLY_ZERO = 1e-12;

/**
 * Ornstein-Uhlenbeck fit by least squares of x[t+1] - x[t] on x[t] over a window: speed theta = -slope per row, mean mu, sigma = population deviation of
 * the residuals, half-life ln 2 / theta and the score (x - mu) / sigma. Where the window does not revert (`valid` 0), theta and z are 0,
 * mu is the mean and the half-life is `cap`, which limits it otherwise too.
 */
export const ouFit = defineRows({
  name: 'ou-fit',
  doc: 'Ornstein-Uhlenbeck parameters of a window',
  source: 'OLS of the discrete form; Uhlenbeck and Ornstein 1930',
  units: 'per row; as input; rows; deviations',
  inputs: ['x'],
  outputs: ['z', 'theta', 'mu', 'sigma', 'halfLife', 'valid'],
  options: z.object({ period: period(4, 100), cap: z.number().positive().default(1000) }),
  args: ['period', 'cap'],
  warmup: (o) => o.period - 1,
  rows({ period: n, cap }, memory, out) {
    const before = memory.own(new Delay(1));
    const window = memory.own(new WindowCovariance(n - 1));
    return (k, x) => {
      const old = before.push(x);
      if (k > 0) window.push(old, x - old);
      if (k < n - 1) {
        out.fill(Number.NaN);
        return;
      }
      const theta = -ratio(window.xy, window.xx);
      const isValid = theta > NEARLY_ZERO;
      const mu = isValid ? window.meanX + window.meanY / theta : window.meanX;
      const sigma = Math.sqrt(Math.max(0, window.yy + theta * window.xy) / (n - 1));
      out[0] = isValid && sigma > NEARLY_ZERO ? (x - mu) / sigma : 0;
      out[1] = isValid ? theta : 0;
      out[2] = mu;
      out[3] = sigma;
      const halfLife = Math.LN2 / theta;
      out[4] = isValid && halfLife < cap ? halfLife : cap;
      out[5] = isValid ? 1 : 0;
    };
  },
});

/**
 * Ornstein-Uhlenbeck signal gated by a Hurst exponent: 1 (buy) below -`zThreshold`, -1 (sell) above it, else 0.93 × the last signal. `active` where
 * 0 < hurst < `hurstThreshold`; elsewhere, with fewer than `minSamples` prices or no fit, the signal decays. The window grows to `period`.
 */
export const ouSignal = defineRows({
  name: 'ou-signal',
  doc: 'Mean-reversion signal of an Ornstein-Uhlenbeck fit, gated by Hurst',
  source: 'z of ou-fit beyond ±threshold, decay 0.93; Elliott et al. 2005',
  units: '-1..1; deviations; 0 or 1',
  inputs: ['x', 'hurst'],
  outputs: ['signal', 'z', 'active'],
  options: z.object({
    period: period(4, 100),
    minSamples: period(4, 30),
    hurstThreshold: z.number().min(0).max(1).default(0.4),
    zThreshold: z.number().min(0).default(2),
    decay: z.number().min(0).max(1).default(0.93),
  }),
  args: ['period', 'minSamples', 'hurstThreshold', 'zThreshold'],
  warmup: (o, output) => (output === 1 ? o.minSamples - 1 : 0),
  settle: (o) => o.period + 300,
  rows({ period: n, minSamples, hurstThreshold, zThreshold, decay }, memory, out) {
    const before = memory.own(new Delay(1));
    const window = memory.own(new WindowCovariance(n - 1));
    const m = memory.own(new Slots(1)); // signal
    return (k, x, hurst) => {
      const old = before.push(x);
      if (k > 0) window.push(old, x - old);
      const isActive = hurst < hurstThreshold && hurst > 0;
      const pairs = Math.min(k, n - 1);
      const theta = -ratio(window.xy, window.xx);
      const sigma = Math.sqrt(Math.max(0, window.yy + theta * window.xy) / Math.max(1, pairs));
      const isFit = theta > NEARLY_ZERO && sigma > NEARLY_ZERO;
      const score = isFit ? (x - window.meanX - window.meanY / theta) / sigma : 0;
      const isReady = k >= minSamples - 1;
      if (isActive && isReady && isFit && score < -zThreshold) m.s[0] = 1;
      else if (isActive && isReady && isFit && score > zThreshold) m.s[0] = -1;
      else m.s[0]! *= decay;
      out[0] = m.s[0]!;
      out[1] = isReady ? score : Number.NaN;
      out[2] = isActive ? 1 : 0;
    };
  },
});

/** ln(1 + x) without the digits that 1 + x loses (W. Kahan): Math.log1p allocates where compiled loops call it, Math.log does not. */
function logOfOneAnd(x: number): number {
  const u = 1 + x;
  return u === 1 ? x : (Math.log(u) * x) / (u - 1);
}

/** Half-life of mean reversion: -ln 2 / ln(1 + slope) of x's change on its last value, cut at `cap`, which also stands for no reversion. */
export const halfLife = defineRows({
  name: 'half-life',
  version: 2,
  doc: 'Half-life of mean reversion',
  source: '-ln 2 / ln(1 + b), b the OLS slope of x[t+1] - x[t] on x[t]; E. Chan 2013',
  units: 'rows',
  inputs: ['x'],
  outputs: ['halfLife'],
  options: z.object({ period: period(4, 100), cap: z.number().positive().default(1000) }),
  args: ['period', 'cap'],
  warmup: (o) => o.period,
  rows({ period: n, cap }, memory) {
    const before = memory.own(new Delay(1));
    const window = memory.own(new WindowCovariance(n));
    return (k, x) => {
      const old = before.push(x);
      if (k > 0) window.push(old, x - old);
      if (k < n) return Number.NaN;
      const slope = ratio(window.xy, window.xx);
      if (slope >= -NEARLY_ZERO) return cap;
      if (slope <= -1) return 0;
      const halfLife = -Math.LN2 / logOfOneAnd(slope);
      return halfLife < cap ? halfLife : cap;
    };
  },
});

/** Dickey-Fuller t statistic (constant, no lags) of x over a window: the lower, the surer is mean reversion (about -2.9 at 5 %). Cut at ±`cap`. */
export const dickeyFuller = defineRows({
  name: 'dickey-fuller',
  doc: 'Dickey-Fuller t statistic of a window',
  source: 't of b in x[t+1] - x[t] = a + b x[t]; Dickey and Fuller 1979',
  units: 't',
  inputs: ['x'],
  outputs: ['t'],
  options: z.object({ period: period(5, 100), cap: z.number().positive().default(100) }),
  args: ['period', 'cap'],
  warmup: (o) => o.period,
  rows({ period: n, cap }, memory) {
    const before = memory.own(new Delay(1));
    const window = memory.own(new WindowCovariance(n));
    return (k, x) => {
      const old = before.push(x);
      if (k > 0) window.push(old, x - old);
      if (k < n) return Number.NaN;
      const slope = ratio(window.xy, window.xx);
      const error = Math.sqrt(ratio(Math.max(0, window.yy - slope * window.xy), (n - 2) * window.xx));
      return error > 0 ? within(slope / error, cap) : Math.sign(slope) * cap;
    };
  },
});

/** Lo and MacKinlay's variance ratio of `lag`-row log returns to single ones: 1 for a random walk, above when trending. 1 where nothing moves. */
export const varianceRatio = defineRows({
  name: 'variance-ratio',
  doc: 'Variance ratio of log returns',
  source: 'var(r over lag rows) / (lag × var(r)); Lo and MacKinlay 1988',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['ratio'],
  options: z.object({ period: period(4, 100), lag: period(2, 5) }),
  args: ['period', 'lag'],
  warmup: (o) => o.period + o.lag - 1,
  stages: [logMove(0)],
  rows({ period: n, lag }, memory) {
    const before = memory.own(new Delay(1));
    const far = memory.own(new Delay(lag));
    const single = memory.own(new WindowMoments(n));
    const long = memory.own(new WindowMoments(n));
    return (k, x, logMoved) => {
      const old = before.push(x);
      const start = far.push(x);
      if (k > 0) single.push(sharedLog(logMoved, x, old));
      if (k >= lag) long.push(logRatio(x, start));
      return k < n + lag - 1 ? Number.NaN : ratio(long.m2, lag * single.m2, 1);
    };
  },
});
