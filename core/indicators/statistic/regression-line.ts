import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { refreshEvery } from '../math/refresh.ts';

/** What a regression line is asked for: its slope per row, the slope's angle in degrees, or its height at a row of the window (0: the oldest). */
export type LineValue = 'slope' | 'angle' | number;

/**
 * The least-squares line over the last `n` rows, which are counted 0 … n - 1 from the oldest.
 * @returns kernel: values in; NaN for the first n - 1 rows. O(1) per row; the sums are refreshed, and then taken about a value of the window, so
 *   that they do not drift
 */
export function regressionLine(asked: LineValue, n: number, input: Column, output: Column): Kernel {
  // [values since the last NaN, sum of the window, sum weighted by rows ago, value that sums are taken about]
  const state = new Float64Array(4);
  const every = refreshEvery(n, 2);
  return inBlocks({
    state,
    advance(fromRow, toRow) {
      const out = output.values;
      const ob = output.base;
      const from = (fromRow - ob) | 0;
      const to = (toRow - ob) | 0;
      const xs = input.values;
      const xb = (input.base - ob) | 0;
      const sumX = n * (n - 1) * 0.5;
      const inverse = 1 / n;
      const scale = 1 / (sumX * sumX - (n * (n * (n - 1) * (2 * n - 1))) / 6);
      // height × the line's value at row 0 + slope × at: without a branch
      const height = typeof asked === 'number' ? 1 : 0;
      const at = typeof asked === 'number' ? asked : 1;
      let count = state[0]!;
      let plain = state[1]!;
      let weighted = state[2]!;
      let anchor = state[3]!;
      let i = from;
      while (i < to) {
        if (count >= n) {
          const begin = i;
          const stop = Math.min(to, i + every - (count % every));
          for (; i < stop; i++) {
            const old = xs[(i - xb - n) | 0]! - anchor;
            weighted += plain - n * old;
            plain += xs[(i - xb) | 0]! - anchor - old;
            if (Number.isNaN(plain)) break;
            const slope = (n * weighted - sumX * plain) * scale;
            out[i] = height * (anchor + (plain - slope * sumX) * inverse) + slope * at;
          }
          count += i - begin;
          if (i === stop) {
            if (count % every === 0) {
              anchor = xs[(i - xb - 1) | 0]!;
              plain = weighted = 0;
              for (let k = n - 1; k >= 0; k--) {
                const x = xs[(i - xb - 1 - k) | 0]! - anchor;
                plain += x;
                weighted += k * x;
              }
            }
            continue;
          }
        }
        const x = xs[(i - xb) | 0]!;
        if (count >= n || Number.isNaN(x)) {
          count = plain = weighted = anchor = 0;
          out[i++] = Number.NaN;
          continue;
        }
        count++;
        plain += x;
        weighted += (n - count) * x;
        const slope = (n * weighted - sumX * plain) * scale;
        const value = height * (anchor + (plain - slope * sumX) * inverse) + slope * at;
        out[i++] = count === n ? value : Number.NaN;
      }
      if (asked === 'angle') for (i = from; i < to; i++) out[i] = Math.atan(out[i]!) * (180 / Math.PI);
      state[0] = count;
      state[1] = plain;
      state[2] = weighted;
      state[3] = anchor;
    },
  });
}
