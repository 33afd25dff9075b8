import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';

/** Longest window that is looked through when its extreme leaves: less than what keeping the extremes of blocks costs. */
export const SCAN_PERIOD = 64;

/**
 * Row of the highest (sign 1) or lowest (sign -1) of the last `n` values, n at most SCAN_PERIOD, as MAXINDEX and MININDEX count and choose it: the
 * window is looked through when its extreme leaves. Looks back n - 1 rows.
 */
export function extremeRowKernel(n: number, sign: 1 | -1, input: Column, output: Column): Kernel {
  // [values since the last NaN, rows since the extreme]
  const state = new Float64Array(2);
  return withLoop(
    {
      state,
      advance(fromRow, toRow) {
        const out = output.values;
        const ob = output.base;
        const to = (toRow - ob) | 0;
        const xs = input.values;
        const xb = (input.base - ob) | 0;
        let count = state[0]! | 0;
        let age = state[1]! | 0;
        for (let i = (fromRow - ob) | 0; i < to; i++) {
          const at = (i - xb) | 0;
          const x = sign * xs[at]!;
          if (Number.isNaN(x)) {
            count = 0;
            out[i] = Number.NaN;
            continue;
          }
          count = (count + 1) | 0;
          if (count < n) {
            out[i] = Number.NaN;
            continue;
          }
          age = (age + 1) | 0;
          if (count === n || age >= n) {
            // the earliest of equals, also where the newest is one; at the first full window TA-Lib starts from there, too
            age = n - 1;
            let best = sign * xs[(at - age) | 0]!;
            for (let k = n - 2; k >= 0; k--) {
              const y = sign * xs[(at - k) | 0]!;
              if (y > best) {
                best = y;
                age = k;
              }
            }
          } else if (x >= sign * xs[(at - age) | 0]!) age = 0;
          out[i] = (count - 1 - age) | 0;
        }
        state[0] = count;
        state[1] = age;
      },
    },
    sign > 0 ? 'maxindex' : 'minindex',
    [n],
    [input],
    [output],
  );
}
