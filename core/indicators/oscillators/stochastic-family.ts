import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, forgetEma, trueRange } from '../rolling/smoothing.ts';
import { highest, lowest } from '../rolling/window-extreme.ts';
import { WindowMoments } from '../rolling/window-moments.ts';
import { WindowSum, WindowWeightedSum } from '../rolling/window-sum.ts';

/**
 * Squeeze momentum: regression end of the close's distance from the channel's middle, and whether Bollinger's bands lie within Keltner's (1: squeezed,
 * -1: released, 0: neither). Keltner's width is the mean true range, the first row's being high - low.
 */
export const squeezeMomentum = defineRows({
  name: 'squeeze-momentum',
  doc: 'Squeeze momentum and squeeze state',
  source:
    'linreg(close - mean(mean(highest, lowest), SMA), n); BB(n, bb σ) against SMA ± kc × mean true range; J. Carter 2005, LazyBear form',
  units: 'price; -1, 0 or 1',
  inputs: ['high', 'low', 'close'],
  outputs: ['momentum', 'squeeze'],
  options: z.object({
    period: period(2, 20),
    bb: z.number().positive().default(2),
    kc: z.number().positive().default(1.5),
  }),
  args: ['period', 'bb', 'kc'],
  warmup: (o, output) => (output === 0 ? 2 * o.period - 2 : o.period - 1),
  rows({ period: n, bb, kc }, memory, out) {
    const before = memory.own(new Delay(1));
    const top = memory.own(highest(n));
    const bottom = memory.own(lowest(n));
    const moments = memory.own(new WindowMoments(n));
    const ranges = memory.own(new WindowSum(n));
    const line = memory.own(new WindowWeightedSum(n));
    return (k, high, low, close) => {
      const range = ranges.push(trueRange(high, low, before.push(close))) / n;
      const middle = (top.push(high) + bottom.push(low)) / 2;
      moments.push(close);
      out[0] = out[1] = Number.NaN;
      if (k < n - 1) return;
      const inner = bb * Math.sqrt(moments.m2 / n);
      const outer = kc * range;
      out[1] = inner < outer ? 1 : inner > outer ? -1 : 0;
      const weighted = line.push(close - (middle + moments.mean) / 2);
      // End of a least-squares line = 3 WMA - 2 SMA.
      if (k >= 2 * n - 2) out[0] = (3 * weighted) / ((n * (n + 1)) / 2) - (2 * line.sum) / n;
    };
  },
});

/** Stochastic momentum index: doubly smoothed distance from the channel's middle over half its width, with its signal. 0 in a flat channel. */
export const smi = defineRows({
  name: 'smi',
  doc: 'Stochastic momentum index and its signal',
  source: '100 × EMA(EMA(close - middle)) / EMA(EMA((highest - lowest) / 2)); W. Blau 1993',
  units: '-100..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['smi', 'signal'],
  options: z.object({ period: period(1, 10), first: period(1, 3), second: period(1, 3), signal: period(1, 10) }),
  args: ['period', 'first', 'second', 'signal'],
  warmup: (o, output) => o.period + o.first + o.second - 3 + (output > 0 ? o.signal - 1 : 0),
  settle: (o) => forgetEma(o.first) + forgetEma(o.second) + forgetEma(o.signal) + o.period,
  rows(o, memory, out) {
    const top = memory.own(highest(o.period));
    const bottom = memory.own(lowest(o.period));
    const a1 = memory.own(emaCell(o.first));
    const a2 = memory.own(emaCell(o.second));
    const b1 = memory.own(emaCell(o.first));
    const b2 = memory.own(emaCell(o.second));
    const signal = memory.own(emaCell(o.signal));
    return (k, high, low, close) => {
      const upper = top.push(high);
      const lower = bottom.push(low);
      const isWarm = k >= o.period - 1;
      const distance = isWarm ? close - (upper + lower) / 2 : Number.NaN;
      const half = isWarm ? (upper - lower) / 2 : Number.NaN;
      const value = ratio(100 * a2.push(a1.push(distance)), b2.push(b1.push(half)));
      out[0] = value;
      out[1] = signal.push(value);
    };
  },
});

/** Schaff trend cycle: a stochastic of a stochastic of the MACD, each smoothed by `factor`. A flat channel keeps the last value. */
export const schaffTrendCycle = defineRows({
  name: 'schaff-trend-cycle',
  doc: 'Schaff trend cycle',
  source: 'two smoothed stochastics of EMA(fast) - EMA(slow); D. Schaff 1999',
  units: '0..100',
  inputs: ['x'],
  outputs: ['stc'],
  options: z.object({
    fast: period(1, 23),
    slow: period(1, 50),
    cycle: period(1, 10),
    factor: z.number().min(0.01).max(1).default(0.5),
  }),
  args: ['fast', 'slow', 'cycle', 'factor'],
  warmup: (o) => Math.max(o.fast, o.slow) - 1 + 2 * (o.cycle - 1),
  settle: (o) => forgetEma(Math.max(o.fast, o.slow)) + 2 * o.cycle + 400,
  rows({ fast, slow, cycle, factor }, memory) {
    const a = memory.own(emaCell(fast));
    const b = memory.own(emaCell(slow));
    const top1 = memory.own(highest(cycle));
    const bottom1 = memory.own(lowest(cycle));
    const top2 = memory.own(highest(cycle));
    const bottom2 = memory.own(lowest(cycle));
    const m = memory.own(new Slots(4)); // first %K, first %D, second %K, second %D
    const start = Math.max(fast, slow) - 1;
    return (k, x) => {
      const s = m.s;
      const macd = a.push(x) - b.push(x);
      if (k < start) return Number.NaN;
      const low1 = bottom1.push(macd);
      const high1 = top1.push(macd);
      const age = k - start;
      if (age < cycle - 1) return Number.NaN;
      s[0] = ratio(100 * (macd - low1), high1 - low1, s[0]!);
      s[1] = age === cycle - 1 ? s[0]! : s[1]! + factor * (s[0]! - s[1]!);
      const low2 = bottom2.push(s[1]!);
      const high2 = top2.push(s[1]!);
      if (age < 2 * (cycle - 1)) return Number.NaN;
      s[2] = ratio(100 * (s[1]! - low2), high2 - low2, s[2]!);
      s[3] = age === 2 * (cycle - 1) ? s[2]! : s[3]! + factor * (s[2]! - s[3]!);
      return Math.max(0, Math.min(100, s[3]!));
    };
  },
});

/** Wave trend: the typical price's distance from its EMA in units of its mean distance, smoothed, with its signal mean. */
export const waveTrend = defineRows({
  name: 'wave-trend',
  doc: 'Wave trend oscillator and its signal',
  source: 'ci = (hlc3 - EMA(hlc3, n)) / (0.015 EMA(|hlc3 - EMA|, n)); EMA(ci, m); SMA(., 4); LazyBear',
  units: 'unbounded, mostly -100..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['wave', 'signal'],
  options: z.object({ channel: period(1, 10), average: period(1, 21), signal: period(1, 4) }),
  args: ['channel', 'average', 'signal'],
  warmup: (o, output) => 2 * (o.channel - 1) + o.average - 1 + (output > 0 ? o.signal - 1 : 0),
  settle: (o) => 2 * forgetEma(o.channel) + forgetEma(o.average),
  rows(o, memory, out) {
    const mean = memory.own(emaCell(o.channel));
    const width = memory.own(emaCell(o.channel));
    const line = memory.own(emaCell(o.average));
    const signal = memory.own(new WindowSum(o.signal));
    const warm = 2 * (o.channel - 1) + o.average - 1;
    return (k, high, low, close) => {
      const typical = (high + low + close) / 3;
      const distance = typical - mean.push(typical);
      const scale = width.push(Math.abs(distance));
      const value = line.push(ratio(distance, 0.015 * scale));
      out[0] = value;
      out[1] = Number.NaN;
      if (k < warm) return;
      const sum = signal.push(value);
      if (k >= warm + o.signal - 1) out[1] = sum / o.signal;
    };
  },
});

/** Relative vigour index: close - open against high - low, both smoothed 1-2-2-1, with its signal. 0 where nothing moves. */
export const relativeVigor = defineRows({
  name: 'relative-vigor',
  doc: 'Relative vigour index and its signal',
  source: 'sum(SWMA(close - open), n) / sum(SWMA(high - low), n); signal SWMA, weights 1 2 2 1; J. Ehlers 2002',
  units: '-1..1',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['rvi', 'signal'],
  options: z.object({ period: period(1, 10) }),
  args: ['period'],
  warmup: (o, output) => o.period + 2 + 3 * output,
  rows({ period: n }, memory, out) {
    const m = memory.own(new Slots(9)); // last three bodies, ranges, values
    const up = memory.own(new WindowSum(n));
    const all = memory.own(new WindowSum(n));
    return (k, open, high, low, close) => {
      const s = m.s;
      const body = close - open;
      const range = high - low;
      const a = (body + 2 * s[0]! + 2 * s[1]! + s[2]!) / 6;
      const b = (range + 2 * s[3]! + 2 * s[4]! + s[5]!) / 6;
      s[2] = s[1]!;
      s[1] = s[0]!;
      s[0] = body;
      s[5] = s[4]!;
      s[4] = s[3]!;
      s[3] = range;
      out[0] = out[1] = Number.NaN;
      if (k < 3) return;
      const x = up.push(a);
      const y = all.push(b);
      if (k < n + 2) return;
      const value = ratio(x, y);
      out[0] = value;
      if (k >= n + 5) out[1] = (value + 2 * s[6]! + 2 * s[7]! + s[8]!) / 6;
      s[8] = s[7]!;
      s[7] = s[6]!;
      s[6] = value;
    };
  },
});
