import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { inBlocks } from './in-blocks.ts';
import { FOLD_PERIOD, foldInto, SIMD_LEAST, SIMD_ROWS } from './simd.ts';

/**
 * Lowest of the last `period` values.
 * NaN for the first period - 1 rows. Amortised O(1) per row: the window is the end of one block of `period` rows, whose minima from
 * the right were noted when it was full, and the start of the next, whose running minimum is kept (van Herk 1992, Gil and Werman 1993).
 * Many rows at once are folded instead, two numbers at a time: the same values faster.
 */
export const min = defineFeature({
  name: 'min',
  doc: 'Lowest of the last period values',
  source: 'TA-Lib MIN; van Herk 1992',
  units: 'as input',
  inputs: ['x'],
  outputs: ['min'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create({ period: n }, [input], [output]) {
    // [row within the block, lowest of the block so far, 1 when a block came before, its minima from the right]
    const state = new Float64Array(4 + n);
    state[1] = state[3 + n] = Number.POSITIVE_INFINITY;
    return inBlocks({
      state,
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const xs = input!.values;
        const xb = (input!.base - ob) | 0;
        let at = state[0]! | 0;
        let head = state[1]!;
        let warm = state[2] === 1;
        let i = from;
        while (i < to) {
          if (warm && to - i >= SIMD_LEAST && n <= FOLD_PERIOD) {
            const start = (i - xb) | 0;
            const done = Math.min(SIMD_ROWS, (to - i) & ~7);
            if (foldInto(out, i, 'min', n, xs, start, done)) {
              i += done;
              // the last n - 1 rows before i are as good as the end of a full block
              noteTail(state, n, xs, (i - xb) | 0);
              at = 0;
              head = Number.POSITIVE_INFINITY;
              continue;
            }
          }
          const stop = Math.min(to, i + n - at);
          for (; i < stop; i++) {
            const x = xs[(i - xb) | 0]!;
            if (Number.isNaN(x)) break;
            if (x < head) head = x;
            at++;
            if (warm) {
              const tail = state[3 + at]!;
              if (tail < head) out[i] = tail;
              else out[i] = head;
            } else out[i] = at === n ? head : Number.NaN;
          }
          if (i < stop) {
            at = 0;
            warm = false;
            head = Number.POSITIVE_INFINITY;
            out[i++] = Number.NaN;
          } else if (at === n) {
            noteTail(state, n, xs, (i - xb) | 0);
            at = 0;
            warm = true;
            head = Number.POSITIVE_INFINITY;
          }
        }
        state[0] = at;
        state[1] = head;
        state[2] = warm ? 1 : 0;
      },
    });
  },
});

/** Notes the minima from the right of the n - 1 values that end before `end`. */
function noteTail(state: Float64Array, n: number, xs: Float64Array, end: number): void {
  let lowest = Number.POSITIVE_INFINITY;
  for (let k = n - 1, p = end - 1; k > 0; k--, p--) {
    const x = xs[p]!;
    if (x < lowest) lowest = x;
    state[3 + k] = lowest;
  }
}
