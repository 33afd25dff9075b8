import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { inBlocks } from './in-blocks.ts';
import { FOLD_PERIOD, foldInto, SIMD_LEAST } from './simd.ts';

/**
 * Highest (sign 1) or lowest (sign -1) of the last `n` values. The window is the end of one block of `n` rows, whose extremes from the right were noted when
 * it was full, and the start of the next, whose running extreme is kept (van Herk 1992, Gil and Werman 1993). Many rows at once are folded instead, two
 * numbers at a time: the same values faster. Looks back n - 1 rows.
 */
export function extremeKernel(n: number, sign: 1 | -1, input: Column, output: Column): Kernel {
  const side = sign > 0 ? 'max' : 'min';
  // times sign: [row within the block, highest of the block so far, 1 when a block came before, its maxima from the right]
  const state = new Float64Array(4 + n);
  state[1] = state[3 + n] = Number.NEGATIVE_INFINITY;
  const kernel: Kernel = {
    state,
    advance(fromRow, toRow) {
      const out = output.values;
      const ob = output.base;
      const from = (fromRow - ob) | 0;
      const to = (toRow - ob) | 0;
      const xs = input.values;
      const xb = (input.base - ob) | 0;
      let at = state[0]! | 0;
      let head = state[1]!;
      let warm = state[2] === 1;
      let i = from;
      while (i < to) {
        const first = i;
        while (warm && to - i >= SIMD_LEAST && n <= FOLD_PERIOD) {
          const done = foldInto(out, i, side, n, xs, (i - xb) | 0, (to - i) & ~7);
          if (done === 0) break;
          i += done;
        }
        if (i > first) {
          // the last n - 1 rows before i are as good as the end of a full block
          noteTail(state, n, sign, xs, (i - xb) | 0);
          at = 0;
          head = Number.NEGATIVE_INFINITY;
        }
        const stop = Math.min(to, i + n - at);
        for (; i < stop; i++) {
          const x = sign * xs[(i - xb) | 0]!;
          if (Number.isNaN(x)) break;
          if (x > head) head = x;
          at++;
          if (warm) {
            const tail = state[3 + at]!;
            if (tail > head) out[i] = sign * tail;
            else out[i] = sign * head;
          } else out[i] = at === n ? sign * head : Number.NaN;
        }
        if (i < stop) {
          at = 0;
          warm = false;
          head = Number.NEGATIVE_INFINITY;
          out[i++] = Number.NaN;
        } else if (at === n) {
          noteTail(state, n, sign, xs, (i - xb) | 0);
          at = 0;
          warm = true;
          head = Number.NEGATIVE_INFINITY;
        }
      }
      state[0] = at;
      state[1] = head;
      state[2] = warm ? 1 : 0;
    },
  };
  // What is folded is one call; what is not would be one loop without end.
  return n <= FOLD_PERIOD ? kernel : inBlocks(kernel);
}

/** Notes the maxima from the right of the n - 1 values, times `sign`, that end before `end`. */
function noteTail(state: Float64Array, n: number, sign: 1 | -1, xs: Float64Array, end: number): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let k = n - 1, p = end - 1; k > 0; k--, p--) {
    const x = sign * xs[p]!;
    if (x > highest) highest = x;
    state[3 + k] = highest;
  }
}
