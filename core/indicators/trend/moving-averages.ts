import { z } from 'zod';
import { period } from '../feature.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, forget, forgetEma } from '../rolling/smoothing.ts';
import { WindowSum, WindowWeightedSum } from '../rolling/window-sum.ts';

/** Hull moving average: WMA(2 × WMA(x, n / 2) - WMA(x, n), round(sqrt(n))). n / 2 is rounded down. */
export const hma = defineRows({
  name: 'hma',
  doc: 'Hull moving average',
  source: 'WMA(2 WMA(x, n/2) - WMA(x, n), round(sqrt n)); A. Hull 2005',
  units: 'as input',
  inputs: ['x'],
  outputs: ['hma'],
  options: z.object({ period: period(2, 16) }),
  args: ['period'],
  warmup: (o) => o.period - 1 + Math.round(Math.sqrt(o.period)) - 1,
  rows({ period: n }, memory) {
    const h = Math.floor(n / 2);
    const m = Math.round(Math.sqrt(n));
    const half = memory.own(new WindowWeightedSum(h));
    const whole = memory.own(new WindowWeightedSum(n));
    const last = memory.own(new WindowWeightedSum(m));
    return (k, x) => {
      const a = half.push(x) / ((h * (h + 1)) / 2);
      const b = whole.push(x) / ((n * (n + 1)) / 2);
      if (k < n - 1) return Number.NaN;
      const value = last.push(2 * a - b) / ((m * (m + 1)) / 2);
      return k < n + m - 2 ? Number.NaN : value;
    };
  },
});

/** Arnaud Legoux moving average: Gaussian weights centred at `offset` of the window, width period / `sigma`. Costs O(period) per row. */
export const alma = defineRows({
  name: 'alma',
  doc: 'Arnaud Legoux moving average',
  source: 'weights exp(-(i - offset (n - 1))² / (2 (n / sigma)²)); A. Legoux and D. Kouzis Loukas 2009',
  units: 'as input',
  inputs: ['x'],
  outputs: ['alma'],
  options: z.object({
    period: period(1, 9),
    offset: z.number().min(0).max(1).default(0.85),
    sigma: z.number().positive().default(6),
  }),
  args: ['period', 'offset', 'sigma'],
  warmup: (o) => o.period - 1,
  rows({ period: n, offset, sigma }, memory) {
    const weights = new Float64Array(n);
    let total = 0;
    for (let i = 0; i < n; i++) {
      weights[i] = Math.exp(-((i - offset * (n - 1)) ** 2) / (2 * (n / sigma) ** 2));
      total += weights[i]!;
    }
    // A far-off offset or a tiny window can underflow every weight: then the nearest value counts alone.
    if (total === 0) weights[Math.round(offset * (n - 1))] = total = 1;
    for (let i = 0; i < n; i++) weights[i]! /= total;
    const ring = memory.own(new Slots(n + 1));
    return (k, x) => {
      const s = ring.s;
      const at = s[n]!;
      s[at] = x;
      s[n] = at + 1 === n ? 0 : at + 1;
      if (k < n - 1) return Number.NaN;
      let sum = 0;
      let j = at + 1 === n ? 0 : at + 1;
      for (let i = 0; i < n; i++) {
        sum += weights[i]! * s[j]!;
        if (++j === n) j = 0;
      }
      return sum;
    };
  },
});

/** Zero-lag EMA: the EMA of x plus its change over (period - 1) / 2 rows, seeded as `ema`. */
export const zlema = defineRows({
  name: 'zlema',
  doc: 'Zero-lag exponential moving average',
  source: 'EMA(2x - x[(n - 1) / 2]); J. Ehlers and R. Way 2010',
  units: 'as input',
  inputs: ['x'],
  outputs: ['zlema'],
  options: z.object({ period: period(3, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1 + Math.floor((o.period - 1) / 2),
  settle: (o) => forgetEma(o.period) + o.period,
  rows({ period: n }, memory) {
    const lag = memory.own(new Delay(Math.floor((n - 1) / 2)));
    const average = memory.own(emaCell(n));
    return (_k, x) => average.push(2 * x - lag.push(x));
  },
});

/** McGinley's dynamic: an average whose speed follows the fourth power of price over average. Starts at the first value. */
export const mcginley = defineRows({
  name: 'mcginley',
  doc: "McGinley's dynamic average",
  source: 'm += (x - m) / (0.6 n (x / m)⁴); J. McGinley 1990',
  units: 'as input',
  inputs: ['x'],
  outputs: ['mcginley'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: () => 0,
  settle: (o) => 60 * o.period,
  rows({ period: n }, memory) {
    const m = memory.own(new Slots(1));
    return (k, x) => {
      const last = m.s[0]!;
      if (k === 0 || last === 0 || x === 0) m.s[0] = x;
      else {
        const share = 0.6 * n * (x / last) ** 4;
        m.s[0] = last + (x - last) / Math.max(1, share);
      }
      return m.s[0]!;
    };
  },
});

/** VIDYA: an EMA whose weight is scaled by |CMO| of the same period, so that it stands still in noise. Starts at the first value that has a CMO. */
export const vidya = defineRows({
  name: 'vidya',
  doc: 'Variable index dynamic average',
  source: 'v += alpha |CMO(n)| (x - v), alpha = 2 / (period + 1); T. Chande 1992',
  units: 'as input',
  inputs: ['x'],
  outputs: ['vidya'],
  options: z.object({ period: period(1, 14), momentum: period(1, 9) }),
  args: ['period', 'momentum'],
  warmup: (o) => o.momentum,
  settle: (o) => 40 * o.period + o.momentum,
  rows({ period: n, momentum }, memory) {
    const alpha = 2 / (n + 1);
    const before = memory.own(new Delay(1));
    const up = memory.own(new WindowSum(momentum));
    const down = memory.own(new WindowSum(momentum));
    const m = memory.own(new Slots(1));
    return (k, x) => {
      const change = x - before.push(x);
      if (k === 0) return Number.NaN;
      const u = up.push(Math.max(change, 0));
      const d = down.push(Math.max(-change, 0));
      if (k < momentum) return Number.NaN;
      if (k === momentum) m.s[0] = x;
      else m.s[0]! += u + d > 0 ? alpha * (Math.abs(u - d) / (u + d)) * (x - m.s[0]!) : 0;
      return m.s[0]!;
    };
  },
});

/** Ehlers's super smoother: a two-pole Butterworth filter of the mean of two values. Its first two outputs are the values themselves. */
export const superSmoother = defineRows({
  name: 'super-smoother',
  doc: "Ehlers's two-pole super smoother",
  source: 'a = exp(-√2 π / n), c2 = 2a cos(√2 π / n), c3 = -a²; J. Ehlers, Cycle Analytics for Traders 2013',
  units: 'as input',
  inputs: ['x'],
  outputs: ['smooth'],
  options: z.object({ period: period(2, 10) }),
  args: ['period'],
  warmup: () => 0,
  settle: (o) => Math.ceil((Math.log(1e9) * o.period) / (Math.SQRT2 * Math.PI)) + 2 * o.period,
  rows({ period: n }, memory) {
    const a = Math.exp((-Math.SQRT2 * Math.PI) / n);
    const c2 = 2 * a * Math.cos((Math.SQRT2 * Math.PI) / n);
    const c3 = -a * a;
    const c1 = 1 - c2 - c3;
    const m = memory.own(new Slots(3)); // x[-1], y[-1], y[-2]
    return (k, x) => {
      const s = m.s;
      const y = k < 2 ? x : (c1 * (x + s[0]!)) / 2 + c2 * s[1]! + c3 * s[2]!;
      s[0] = x;
      s[2] = s[1]!;
      s[1] = y;
      return y;
    };
  },
});

/** Smoothed moving average: Wilder's, alpha 1 / period, seeded with the mean of the first values. Known as RMA and SMMA. */
export const rma = defineRows({
  name: 'rma',
  doc: "Wilder's smoothed moving average",
  source: 'r += (x - r) / n, seeded with the mean of the first n; W. Wilder 1978',
  units: 'as input',
  inputs: ['x'],
  outputs: ['rma'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  settle: (o) => forget(1 / o.period),
  rows({ period: n }, memory) {
    const m = memory.own(new Slots(1));
    return (k, x) => {
      if (k < n) {
        m.s[0]! += x;
        if (k < n - 1) return Number.NaN;
        m.s[0]! /= n;
      } else m.s[0]! += (x - m.s[0]!) / n;
      return m.s[0]!;
    };
  },
});
