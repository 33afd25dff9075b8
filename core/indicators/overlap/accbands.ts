import { z } from 'zod';
import { period } from '../feature.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { WindowSum } from '../rolling/window-sum.ts';

/**
 * Acceleration bands of Headley: averages of the high raised, and of the low lowered, by four times the candle's range over the sum of both.
 * Candles in, prices out; NaN for the first period - 1 rows. O(1) per row.
 */
export const accbands = defineRows({
  name: 'accbands',
  doc: 'Acceleration bands',
  source:
    'TA-Lib ACCBANDS: SMA of high (1 + w), close and low (1 - w), w = 4 (high - low) / (high + low); P. Headley 2002',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['upper', 'middle', 'lower'],
  options: z.object({ period: period(2, 20) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory, out) {
    const upper = memory.own(new WindowSum(n));
    const middle = memory.own(new WindowSum(n));
    const lower = memory.own(new WindowSum(n));
    return (k, high, low, close) => {
      const sum = high + low;
      const width = sum !== 0 ? (4 * (high - low)) / sum : 0;
      const a = upper.push(high * (1 + width)) / n;
      const b = middle.push(close) / n;
      const c = lower.push(low * (1 - width)) / n;
      out[0] = k < n - 1 ? Number.NaN : a;
      out[1] = k < n - 1 ? Number.NaN : b;
      out[2] = k < n - 1 ? Number.NaN : c;
    };
  },
});
