import { z } from 'zod';
import { period } from '../feature.ts';
import { logRatio } from '../rolling/arithmetic.ts';
import { Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { logSpan, sharedLog } from '../rolling/shared-log.ts';
import { Delay } from '../rolling/smoothing.ts';
import { WindowMoments } from '../rolling/window-moments.ts';
import { WindowSum } from '../rolling/window-sum.ts';

const LN2 = Math.LN2;

/** Parkinson's volatility from highs and lows, per row: sqrt(sum(ln(high / low)²) / (4 n ln 2)). */
export const parkinson = defineRows({
  name: 'parkinson',
  doc: "Parkinson's range volatility per row",
  source: 'sqrt(sum(ln(high / low)²) / (4 n ln 2)); Parkinson 1980',
  units: 'fraction per row',
  inputs: ['high', 'low'],
  outputs: ['vol'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  stages: [logSpan(0, 1)],
  rows({ period: n }, memory) {
    const sum = memory.own(new WindowSum(n));
    return (k, high, low, logRange) => {
      const range = sharedLog(logRange, high, low);
      const total = sum.push(range * range);
      return k < n - 1 ? Number.NaN : Math.sqrt(total / (4 * n * LN2));
    };
  },
});

/** Garman and Klass's volatility per row: mean of ln(high / low)² / 2 - (2 ln 2 - 1) ln(close / open)², floored at 0. */
export const garmanKlass = defineRows({
  name: 'garman-klass',
  doc: "Garman and Klass's volatility per row",
  source: 'sqrt(mean(0.5 ln(H/L)² - (2 ln 2 - 1) ln(C/O)²)); Garman and Klass 1980',
  units: 'fraction per row',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['vol'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  stages: [logSpan(1, 2), logSpan(3, 0)],
  rows({ period: n }, memory) {
    const sum = memory.own(new WindowSum(n));
    return (k, open, high, low, close, logRange, logBody) => {
      const range = sharedLog(logRange, high, low);
      const body = sharedLog(logBody, close, open);
      const total = sum.push(0.5 * range * range - (2 * LN2 - 1) * body * body);
      return k < n - 1 ? Number.NaN : Math.sqrt(Math.max(0, total / n));
    };
  },
});

/** Rogers and Satchell's volatility per row, which a drift does not disturb. Floored at 0. */
export const rogersSatchell = defineRows({
  name: 'rogers-satchell',
  doc: "Rogers and Satchell's drift-free volatility per row",
  source: 'sqrt(mean(ln(H/C) ln(H/O) + ln(L/C) ln(L/O))); Rogers and Satchell 1991',
  units: 'fraction per row',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['vol'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  stages: [logSpan(3, 0), logSpan(1, 0), logSpan(2, 0)],
  rows({ period: n }, memory) {
    const sum = memory.own(new WindowSum(n));
    return (k, open, high, low, close, logBody, logUp, logDown) => {
      const body = sharedLog(logBody, close, open);
      const up = sharedLog(logUp, high, open);
      const down = sharedLog(logDown, low, open);
      const total = sum.push(up * (up - body) + down * (down - body));
      return k < n - 1 ? Number.NaN : Math.sqrt(Math.max(0, total / n));
    };
  },
});

/** Yang and Zhang's volatility per row: overnight, open-to-close and Rogers-Satchell variances combined. */
export const yangZhang = defineRows({
  name: 'yang-zhang',
  doc: "Yang and Zhang's volatility per row",
  source:
    'sqrt(var(ln(O/C[-1])) + k var(ln(C/O)) + (1 - k) RS), k = 0.34 / (1.34 + (n + 1) / (n - 1)); Yang and Zhang 2000',
  units: 'fraction per row',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['vol'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period,
  stages: [logSpan(3, 0), logSpan(1, 0), logSpan(2, 0)],
  rows({ period: n }, memory) {
    const share = 0.34 / (1.34 + (n + 1) / (n - 1));
    const before = memory.own(new Delay(1));
    const night = memory.own(new WindowMoments(n));
    const day = memory.own(new WindowMoments(n));
    const satchell = memory.own(new WindowSum(n));
    return (k, open, high, low, close, logBody, logUp, logDown) => {
      const previous = before.push(close);
      if (k === 0) return Number.NaN;
      night.push(logRatio(open, previous));
      const body = sharedLog(logBody, close, open);
      day.push(body);
      const up = sharedLog(logUp, high, open);
      const down = sharedLog(logDown, low, open);
      const rs = satchell.push(up * (up - body) + down * (down - body));
      if (k < n) return Number.NaN;
      const variance = night.m2 / (n - 1) + (share * day.m2) / (n - 1) + ((1 - share) * rs) / n;
      return Math.sqrt(Math.max(0, variance));
    };
  },
});

/** Corwin and Schultz's estimate of the bid-ask spread from two rows' highs and lows, averaged over `period`; negative estimates count as 0. */
export const corwinSchultz = defineRows({
  name: 'corwin-schultz',
  version: 2,
  doc: 'Corwin and Schultz spread estimate from highs and lows',
  source: '2 (e^a - 1) / (1 + e^a) from two-row ranges; Corwin and Schultz 2012',
  units: 'fraction of price',
  inputs: ['high', 'low'],
  outputs: ['spread'],
  options: z.object({ period: period(1, 20) }),
  args: ['period'],
  warmup: (o) => o.period,
  stages: [logSpan(0, 1)],
  rows({ period: n }, memory) {
    const m = memory.own(new Slots(3)); // high, low, square of their log ratio
    const sum = memory.own(new WindowSum(n));
    const scale = 3 - 2 * Math.SQRT2;
    const ofRange = (Math.SQRT2 - 1) / scale;
    const ofBoth = 1 / Math.sqrt(scale);
    return (k, high, low, logRange) => {
      const s = m.s;
      const range = sharedLog(logRange, high, low);
      const square = range * range;
      const beta = square + s[2]!;
      const top = high > s[0]! ? high : s[0]!;
      const bottom = low < s[1]! ? low : s[1]!;
      s[0] = high;
      s[1] = low;
      s[2] = square;
      if (k === 0) return Number.NaN;
      const alpha = ofRange * Math.sqrt(beta) - ofBoth * logRatio(top, bottom);
      let spread = 0;
      if (alpha > 0) {
        const e = Math.exp(alpha);
        spread = (2 * (e - 1)) / (1 + e);
      }
      const total = sum.push(spread);
      return k < n ? Number.NaN : total / n;
    };
  },
});
