import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Wilder's average true range (1978), seeded with the mean of the first `n` true ranges as TA-Lib does, as a price or `inPercent` of the close.
 * @returns kernel: candles in; NaN for the first `n` rows. O(1) per row
 */
export function averageRange(
  inPercent: boolean,
  n: number,
  [high, low, close]: readonly [Column, Column, Column],
  output: Column,
): Kernel {
  // [candles since the last NaN (up to n + 1), sum of true ranges then their average, previous close]
  const state = new Float64Array(3);
  return withLoop(
    {
      state,
      advance(fromRow, toRow) {
        const out = output.values;
        const ob = output.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const hs = high.values;
        const hb = (high.base - ob) | 0;
        const ls = low.values;
        const lb = (low.base - ob) | 0;
        const cs = close.values;
        const cb = (close.base - ob) | 0;
        const keep = (n - 1) / n;
        const share = 1 / n;
        let count = state[0]!;
        let mean = state[1]!;
        let previous = state[2]!;
        let i = from;
        while (i < to) {
          if (count > n) {
            for (; i < to; i++) {
              const h = hs[(i - hb) | 0]!;
              const l = ls[(i - lb) | 0]!;
              const over = previous - h;
              const under = l - previous;
              // max(x, 0) is (x + |x|) / 2, and differences of near prices are exact: no branch
              const range = h - l + (over + Math.abs(over) + under + Math.abs(under)) * 0.5;
              mean = mean * keep + range * share;
              previous = cs[(i - cb) | 0]!;
              if (Number.isNaN(mean + previous)) break;
              out[i] = inPercent ? (previous !== 0 ? (mean / previous) * 100 : 0) : mean;
            }
            if (i === to) break;
          }
          const h = hs[(i - hb) | 0]!;
          const l = ls[(i - lb) | 0]!;
          const c = cs[(i - cb) | 0]!;
          if (count > n || Number.isNaN(h + l + c)) {
            count = mean = 0;
          } else {
            if (count > 0) mean += Math.max(h, previous) - Math.min(l, previous);
            previous = c;
            if (++count > n) mean /= n;
          }
          const value = inPercent ? (c !== 0 ? (mean / c) * 100 : 0) : mean;
          out[i++] = count > n ? value : Number.NaN;
        }
        state[0] = count;
        state[1] = mean;
        state[2] = previous;
      },
    },
    inPercent ? 'natr' : 'atr',
    [n, (n - 1) / n, 1 / n],
    [high, low, close],
    [output],
  );
}
