import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { type Memory, Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, forgetEma } from '../rolling/smoothing.ts';
import { highest, lowest } from '../rolling/window-extreme.ts';
import { WindowSum, WindowWeightedSum } from '../rolling/window-sum.ts';

/** Ehlers's Fisher transform of the middle price's place in its channel, with the value of the row before as signal. */
export const fisher = defineRows({
  name: 'fisher',
  doc: 'Fisher transform of the middle price and its previous value',
  source: 'v = 0.66 (place - 0.5) + 0.67 v, cut at ±0.999; f = 0.5 ln((1 + v) / (1 - v)) + 0.5 f; J. Ehlers 2002',
  units: 'unbounded',
  inputs: ['high', 'low'],
  outputs: ['fisher', 'signal'],
  options: z.object({ period: period(1, 9) }),
  args: ['period'],
  warmup: (o, output) => o.period - 1 + output,
  settle: (o) => o.period + 90,
  rows({ period: n }, memory, out) {
    const top = memory.own(highest(n));
    const bottom = memory.own(lowest(n));
    const m = memory.own(new Slots(2)); // v, fisher
    return (k, high, low) => {
      const s = m.s;
      const middle = (high + low) / 2;
      const upper = top.push(middle);
      const lower = bottom.push(middle);
      out[0] = out[1] = Number.NaN;
      if (k < n - 1) return;
      const place = ratio(middle - lower, upper - lower, 0.5);
      const v = Math.max(-0.999, Math.min(0.999, 0.66 * (place - 0.5) + 0.67 * s[0]!));
      s[0] = v;
      if (k >= n) out[1] = s[1]!;
      s[1] = 0.5 * Math.log((1 + v) / (1 - v)) + 0.5 * s[1]!;
      out[0] = s[1]!;
    };
  },
});

/** Mean over `n` rows of the percentage change over `lag` rows, times `weight`; 0 before there is one. */
class SmoothedChange {
  readonly n: number;
  readonly #lag: number;
  readonly #weight: number;
  readonly #before: Delay;
  readonly #sum: WindowSum;

  constructor(lag: number, n: number, weight: number, memory: Memory) {
    this.n = n;
    this.#lag = lag;
    this.#weight = weight;
    this.#before = memory.own(new Delay(lag));
    this.#sum = memory.own(new WindowSum(n));
  }

  push(k: number, x: number): number {
    const old = this.#before.push(x);
    return k < this.#lag ? 0 : (this.#weight * this.#sum.push(100 * (ratio(x, old, 1) - 1))) / this.n;
  }
}

/** Know sure thing: four smoothed rates of change weighted 1 to 4, with its signal average. */
export const kst = defineRows({
  name: 'kst',
  version: 2,
  doc: 'Know sure thing and its signal',
  source: 'sum of w × SMA(100 (x / x[n] - 1), m) for (10,10) (15,10) (20,10) (30,15); M. Pring 1992',
  units: 'percent',
  inputs: ['x'],
  outputs: ['kst', 'signal'],
  options: z.object({ roc: period(1, 10), smooth: period(1, 10), signal: period(1, 9) }),
  args: ['roc', 'smooth', 'signal'],
  warmup: (o, output) => 3 * o.roc + Math.ceil(1.5 * o.smooth) - 1 + (output > 0 ? o.signal - 1 : 0),
  rows({ roc, smooth, signal }, memory, out) {
    const half = Math.ceil(1.5 * smooth);
    const first = new SmoothedChange(roc, smooth, 1, memory);
    const second = new SmoothedChange(Math.ceil(1.5 * roc), smooth, 2, memory);
    const third = new SmoothedChange(2 * roc, smooth, 3, memory);
    const fourth = new SmoothedChange(3 * roc, half, 4, memory);
    const average = memory.own(new WindowSum(signal));
    const warm = 3 * roc + half - 1;
    return (k, x) => {
      const total = first.push(k, x) + second.push(k, x) + third.push(k, x) + fourth.push(k, x);
      out[0] = out[1] = Number.NaN;
      if (k < warm) return;
      out[0] = total;
      const sum = average.push(total);
      if (k >= warm + signal - 1) out[1] = sum / signal;
    };
  },
});

/** Coppock curve: WMA of the sum of two rates of change. */
export const coppock = defineRows({
  name: 'coppock',
  doc: 'Coppock curve',
  source: 'WMA(ROC(x, long) + ROC(x, short), smooth); E. Coppock 1962',
  units: 'percent',
  inputs: ['x'],
  outputs: ['coppock'],
  options: z.object({ long: period(1, 14), short: period(1, 11), smooth: period(1, 10) }),
  args: ['long', 'short', 'smooth'],
  warmup: (o) => Math.max(o.long, o.short) + o.smooth - 1,
  rows({ long, short, smooth }, memory) {
    const far = memory.own(new Delay(long));
    const near = memory.own(new Delay(short));
    const average = memory.own(new WindowWeightedSum(smooth));
    const start = Math.max(long, short);
    return (k, x) => {
      const a = far.push(x);
      const b = near.push(x);
      if (k < start) return Number.NaN;
      const sum = average.push(100 * (ratio(x, a, 1) + ratio(x, b, 1) - 2));
      return k < start + smooth - 1 ? Number.NaN : sum / ((smooth * (smooth + 1)) / 2);
    };
  },
});

/** True strength index: doubly smoothed change over doubly smoothed absolute change, with its signal EMA. 0 where nothing moved. */
export const tsi = defineRows({
  name: 'tsi',
  doc: 'True strength index and its signal',
  source: '100 × EMA(EMA(Δx, slow), fast) / EMA(EMA(|Δx|, slow), fast); W. Blau 1991',
  units: '-100..100',
  inputs: ['x'],
  outputs: ['tsi', 'signal'],
  options: z.object({ slow: period(1, 25), fast: period(1, 13), signal: period(1, 7) }),
  args: ['slow', 'fast', 'signal'],
  warmup: (o, output) => o.slow + o.fast - 1 + (output > 0 ? o.signal - 1 : 0),
  settle: (o) => forgetEma(o.slow) + forgetEma(o.fast) + forgetEma(o.signal),
  rows(o, memory, out) {
    const before = memory.own(new Delay(1));
    const a1 = memory.own(emaCell(o.slow));
    const a2 = memory.own(emaCell(o.fast));
    const b1 = memory.own(emaCell(o.slow));
    const b2 = memory.own(emaCell(o.fast));
    const signal = memory.own(emaCell(o.signal));
    return (_k, x) => {
      const change = x - before.push(x);
      const value = ratio(100 * a2.push(a1.push(change)), b2.push(b1.push(Math.abs(change))));
      out[0] = value;
      out[1] = signal.push(value);
    };
  },
});

/** Awesome oscillator: fast minus slow mean of the middle price. */
export const awesome = defineRows({
  name: 'awesome',
  doc: 'Awesome oscillator',
  source: 'SMA((high + low) / 2, 5) - SMA((high + low) / 2, 34); B. Williams',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['ao'],
  options: z.object({ fast: period(1, 5), slow: period(1, 34) }),
  args: ['fast', 'slow'],
  warmup: (o) => Math.max(o.fast, o.slow) - 1,
  rows({ fast, slow }, memory) {
    const a = memory.own(new WindowSum(fast));
    const b = memory.own(new WindowSum(slow));
    const warm = Math.max(fast, slow) - 1;
    return (k, high, low) => {
      const middle = (high + low) / 2;
      const value = a.push(middle) / fast - b.push(middle) / slow;
      return k < warm ? Number.NaN : value;
    };
  },
});

/** Accelerator oscillator: the awesome oscillator minus its own mean. */
export const accelerator = defineRows({
  name: 'accelerator',
  doc: 'Accelerator oscillator',
  source: 'AO - SMA(AO, 5); B. Williams',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['ac'],
  options: z.object({ fast: period(1, 5), slow: period(1, 34), smooth: period(2, 5) }),
  args: ['fast', 'slow', 'smooth'],
  warmup: (o) => Math.max(o.fast, o.slow) + o.smooth - 2,
  rows({ fast, slow, smooth }, memory) {
    const a = memory.own(new WindowSum(fast));
    const b = memory.own(new WindowSum(slow));
    const mean = memory.own(new WindowSum(smooth));
    const warm = Math.max(fast, slow) - 1;
    return (k, high, low) => {
      const middle = (high + low) / 2;
      const value = a.push(middle) / fast - b.push(middle) / slow;
      if (k < warm) return Number.NaN;
      const sum = mean.push(value);
      return k < warm + smooth - 1 ? Number.NaN : value - sum / smooth;
    };
  },
});

/** Elder ray: how far the high (`bull`) and the low (`bear`) lie above the EMA of the close. */
export const elderRay = defineRows({
  name: 'elder-ray',
  doc: 'Elder ray: bull and bear power',
  source: 'high - EMA(close), low - EMA(close); A. Elder 1989',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['bull', 'bear'],
  options: z.object({ period: period(1, 13) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  settle: (o) => forgetEma(o.period),
  rows({ period: n }, memory, out) {
    const average = memory.own(emaCell(n));
    return (_k, high, low, close) => {
      const mean = average.push(close);
      out[0] = high - mean;
      out[1] = low - mean;
    };
  },
});

/** Detrended price oscillator, causal form: the value of period / 2 + 1 rows ago minus the present mean. */
export const dpo = defineRows({
  name: 'dpo',
  doc: 'Detrended price oscillator (causal)',
  source: 'x[n/2 + 1] - SMA(x, n)',
  units: 'as input',
  inputs: ['x'],
  outputs: ['dpo'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => Math.max(o.period - 1, Math.floor(o.period / 2) + 1),
  rows({ period: n }, memory) {
    const lag = Math.floor(n / 2) + 1;
    const before = memory.own(new Delay(lag));
    const sum = memory.own(new WindowSum(n));
    return (k, x) => {
      const old = before.push(x);
      const mean = sum.push(x) / n;
      return k < n - 1 || k < lag ? Number.NaN : old - mean;
    };
  },
});

/** Pretty good oscillator: distance of the close from its mean in units of the smoothed true range. 0 where nothing moves. */
export const prettyGood = defineRows({
  name: 'pretty-good',
  doc: 'Pretty good oscillator',
  source: '(close - SMA(close, n)) / EMA(true range, n); M. Johnson',
  units: 'true ranges',
  inputs: ['high', 'low', 'close'],
  outputs: ['pgo'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => forgetEma(o.period),
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(1));
    const mean = memory.own(new WindowSum(n));
    const range = memory.own(emaCell(n));
    return (k, high, low, close) => {
      const previous = before.push(close);
      const sum = mean.push(close);
      if (k === 0) return Number.NaN;
      const width = range.push((high > previous ? high : previous) - (low < previous ? low : previous));
      return k < n ? Number.NaN : ratio(close - sum / n, width);
    };
  },
});
