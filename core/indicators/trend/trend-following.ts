import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, forget, trueRange, wilderCell } from '../rolling/smoothing.ts';
import { highest, lowest } from '../rolling/window-extreme.ts';
import { WindowSum } from '../rolling/window-sum.ts';

/**
 * Supertrend: bands at (high + low) / 2 ± multiple × ATR that only tighten until the close crosses them; the direction (1, -1) flips when the close
 * crosses the present band. It starts upward, as charting sites draw it.
 */
export const supertrend = defineRows({
  name: 'supertrend',
  doc: 'Supertrend line and direction',
  source: 'final bands on (high + low) / 2 ± multiple × Wilder ATR; O. Seban',
  units: 'price; -1 or 1',
  inputs: ['high', 'low', 'close'],
  outputs: ['supertrend', 'direction'],
  options: z.object({ period: period(1, 10), multiple: z.number().positive().default(3) }),
  args: ['period', 'multiple'],
  warmup: (o) => o.period,
  settle: (o) => 2 * forget(1 / o.period) + 200,
  rows({ period: n, multiple }, memory, out) {
    const atr = memory.own(wilderCell(n));
    const m = memory.own(new Slots(4)); // previous close, upper, lower, direction
    return (k, high, low, close) => {
      const s = m.s;
      const previous = s[0]!;
      s[0] = close;
      const width = k === 0 ? Number.NaN : multiple * atr.push(trueRange(high, low, previous));
      if (k < n) {
        out[0] = out[1] = Number.NaN;
        return;
      }
      const middle = (high + low) / 2;
      let upper = middle + width;
      let lower = middle - width;
      if (k === n) s[3] = 1;
      else {
        if (upper > s[1]! && previous <= s[1]!) upper = s[1]!;
        if (lower < s[2]! && previous >= s[2]!) lower = s[2]!;
        if (s[3]! < 0 ? close > upper : close < lower) s[3] = -s[3]!;
      }
      s[1] = upper;
      s[2] = lower;
      out[0] = s[3]! > 0 ? lower : upper;
      out[1] = s[3]!;
    };
  },
});

/**
 * Ichimoku without look-ahead: `senkouA` and `senkouB` are what the cloud shows at this row (computed `displacement` rows ago), the
 * unshifted ones what was computed now. The chikou line is left out, since it is the future.
 */
export const ichimoku = defineRows({
  name: 'ichimoku',
  doc: 'Ichimoku lines and the cloud at the present row',
  source: 'middles of high-low channels, cloud shifted forward by displacement; G. Hosoda 1968',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['tenkan', 'kijun', 'senkouA', 'senkouB', 'senkouAUnshifted', 'senkouBUnshifted'],
  options: z.object({
    tenkan: period(1, 9),
    kijun: period(1, 26),
    senkouB: period(1, 52),
    displacement: period(1, 26),
  }),
  args: ['tenkan', 'kijun', 'senkouB', 'displacement'],
  warmup: (o, output) => {
    const a = Math.max(o.tenkan, o.kijun) - 1;
    const b = o.senkouB - 1;
    return [o.tenkan - 1, o.kijun - 1, a + o.displacement, b + o.displacement, a, b][output]!;
  },
  rows(o, memory, out) {
    const top1 = memory.own(highest(o.tenkan));
    const bottom1 = memory.own(lowest(o.tenkan));
    const top2 = memory.own(highest(o.kijun));
    const bottom2 = memory.own(lowest(o.kijun));
    const top3 = memory.own(highest(o.senkouB));
    const bottom3 = memory.own(lowest(o.senkouB));
    const shiftA = memory.own(new Delay(o.displacement));
    const shiftB = memory.own(new Delay(o.displacement));
    return (k, high, low) => {
      const tenkan = (top1.push(high) + bottom1.push(low)) / 2;
      const kijun = (top2.push(high) + bottom2.push(low)) / 2;
      const b = (top3.push(high) + bottom3.push(low)) / 2;
      out[0] = k < o.tenkan - 1 ? Number.NaN : tenkan;
      out[1] = k < o.kijun - 1 ? Number.NaN : kijun;
      out[4] = (out[0] + out[1]) / 2;
      out[5] = k < o.senkouB - 1 ? Number.NaN : b;
      out[2] = shiftA.push(out[4]);
      out[3] = shiftB.push(out[5]);
    };
  },
});

/** Heikin-Ashi candles: averaged open and close, with the first open at (open + close) / 2. */
export const heikinAshi = defineRows({
  name: 'heikin-ashi',
  doc: 'Heikin-Ashi candles',
  source: 'close = mean(o, h, l, c); open = mean of the previous Heikin-Ashi open and close; D. Valcu 2004',
  units: 'price',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['open', 'high', 'low', 'close'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  settle: () => 30,
  rows(_o, memory, out) {
    const m = memory.own(new Slots(2));
    return (k, open, high, low, close) => {
      const s = m.s;
      const first = k === 0 ? (open + close) / 2 : (s[0]! + s[1]!) / 2;
      const last = (open + high + low + close) / 4;
      s[0] = first;
      s[1] = last;
      out[0] = first;
      out[1] = Math.max(high, first, last);
      out[2] = Math.min(low, first, last);
      out[3] = last;
    };
  },
});

/** Chandelier exit: highest high - multiple × ATR for longs, lowest low + multiple × ATR for shorts. */
export const chandelierExit = defineRows({
  name: 'chandelier-exit',
  doc: 'Chandelier exit levels for longs and shorts',
  source: 'highest(high, n) - multiple × ATR(n); lowest(low, n) + multiple × ATR(n); C. Le Beau',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['long', 'short'],
  options: z.object({ period: period(1, 22), multiple: z.number().min(0).default(3) }),
  args: ['period', 'multiple'],
  warmup: (o) => o.period,
  settle: (o) => forget(1 / o.period),
  rows({ period: n, multiple }, memory, out) {
    const before = memory.own(new Delay(1));
    const atr = memory.own(wilderCell(n));
    const top = memory.own(highest(n));
    const bottom = memory.own(lowest(n));
    return (k, high, low, close) => {
      const previous = before.push(close);
      const width = k === 0 ? Number.NaN : multiple * atr.push(trueRange(high, low, previous));
      out[0] = top.push(high) - width;
      out[1] = bottom.push(low) + width;
    };
  },
});

/** Vortex indicator: upward and downward vortex movement over true range. 1 where nothing moves. */
export const vortex = defineRows({
  name: 'vortex',
  doc: 'Vortex indicator',
  source:
    'sum(|high - previous low|) / sum(true range), sum(|low - previous high|) / sum(true range); Botes and Siepman 2010',
  units: 'ratio',
  inputs: ['high', 'low', 'close'],
  outputs: ['plus', 'minus'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory, out) {
    const m = memory.own(new Slots(3)); // high, low, close
    const up = memory.own(new WindowSum(n));
    const down = memory.own(new WindowSum(n));
    const range = memory.own(new WindowSum(n));
    return (k, high, low, close) => {
      const s = m.s;
      out[0] = out[1] = Number.NaN;
      if (k > 0) {
        const u = up.push(Math.abs(high - s[1]!));
        const d = down.push(Math.abs(low - s[0]!));
        const r = range.push(trueRange(high, low, s[2]!));
        if (k >= n) {
          out[0] = ratio(u, r, 1);
          out[1] = ratio(d, r, 1);
        }
      }
      s[0] = high;
      s[1] = low;
      s[2] = close;
    };
  },
});
