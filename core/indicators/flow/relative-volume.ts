import { z } from 'zod';
import { period } from '../feature.ts';
import { ratio } from '../rolling/arithmetic.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { Delay, emaCell, forgetEma } from '../rolling/smoothing.ts';
import { WindowMoments } from '../rolling/window-moments.ts';
import { WindowSum } from '../rolling/window-sum.ts';

/** Volume over its average: `including` the row itself, or `excluding` it (the `period` rows before). 0 where that average is 0. */
export const relativeVolume = defineRows({
  name: 'relative-volume',
  doc: 'Volume as a multiple of its average, with and without the present row',
  source: 'volume / mean(volume, period)',
  units: 'ratio',
  inputs: ['volume'],
  outputs: ['including', 'excluding'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o, output) => o.period - 1 + output,
  rows({ period: n }, memory, out) {
    const sum = memory.own(new WindowSum(n));
    const before = memory.own(new Delay(1));
    return (k, volume) => {
      const total = sum.push(volume);
      const earlier = before.push(total);
      out[0] = k < n - 1 ? Number.NaN : ratio(volume * n, total);
      out[1] = k < n ? Number.NaN : ratio(volume * n, earlier);
    };
  },
});

/** Deviations of volume from its window mean in standard deviations, population (`ddof0`) and sample (`ddof1`). 0 where all volumes are equal. */
export const volumeZscore = defineRows({
  name: 'volume-zscore',
  doc: 'Volume in standard deviations from its window mean',
  source: '(volume - mean) / deviation, window with the present row',
  units: 'deviations',
  inputs: ['volume'],
  outputs: ['ddof0', 'ddof1'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory, out) {
    const window = memory.own(new WindowMoments(n));
    return (k, volume) => {
      window.push(volume);
      const gap = volume - window.mean;
      out[0] = k < n - 1 ? Number.NaN : ratio(gap, Math.sqrt(window.m2 / n));
      out[1] = k < n - 1 ? Number.NaN : ratio(gap, Math.sqrt(window.m2 / (n - 1)));
    };
  },
});

/** 1 where volume exceeds its window mean by more than `deviations` population standard deviations, else 0. */
export const volumeSpike = defineRows({
  name: 'volume-spike',
  doc: 'Flag of an unusually large volume',
  source: 'volume > mean + deviations × population deviation, window with the present row',
  units: '0 or 1',
  inputs: ['volume'],
  outputs: ['spike'],
  options: z.object({ period: period(2, 20), deviations: z.number().min(0).default(2) }),
  args: ['period', 'deviations'],
  warmup: (o) => o.period - 1,
  rows({ period: n, deviations }, memory) {
    const window = memory.own(new WindowMoments(n));
    return (k, volume) => {
      window.push(volume);
      if (k < n - 1) return Number.NaN;
      return volume > window.mean + deviations * Math.sqrt(window.m2 / n) ? 1 : 0;
    };
  },
});

/** Rate of change of volume over `period` rows, in percent. 0 where the earlier volume is 0. */
export const vroc = defineRows({
  name: 'vroc',
  doc: 'Volume rate of change in percent',
  source: '100 × (volume / volume[period ago] - 1)',
  units: 'percent',
  inputs: ['volume'],
  outputs: ['vroc'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  rows({ period: n }, memory) {
    const before = memory.own(new Delay(n));
    return (k, volume) => {
      const old = before.push(volume);
      return k < n ? Number.NaN : old === 0 ? 0 : 100 * (volume / old - 1);
    };
  },
});

/** Percentage volume oscillator: fast EMA of volume against slow, with its signal EMA and their difference. */
export const pvo = defineRows({
  name: 'pvo',
  doc: 'Percentage volume oscillator with signal and histogram',
  source: '100 × (EMA(volume, fast) - EMA(volume, slow)) / EMA(volume, slow)',
  units: 'percent',
  inputs: ['volume'],
  outputs: ['pvo', 'signal', 'histogram'],
  options: z.object({ fast: period(1, 12), slow: period(1, 26), signal: period(1, 9) }),
  args: ['fast', 'slow', 'signal'],
  warmup: (o, output) => Math.max(o.fast, o.slow) - 1 + (output > 0 ? o.signal - 1 : 0),
  settle: (o) => forgetEma(Math.max(o.fast, o.slow)) + forgetEma(o.signal),
  rows(o, memory, out) {
    const fast = memory.own(emaCell(o.fast));
    const slow = memory.own(emaCell(o.slow));
    const signal = memory.own(emaCell(o.signal));
    return (_k, volume) => {
      const f = fast.push(volume);
      const s = slow.push(volume);
      const value = s === 0 ? 0 : (100 * (f - s)) / s;
      out[0] = value;
      out[1] = signal.push(value);
      out[2] = value - out[1];
    };
  },
});
