import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { inBlocks } from './in-blocks.ts';

/**
 * Highest of the last `period` values.
 * NaN for the first period - 1 rows. Amortised O(1) per row: the window is the end of one block of `period` rows, whose maxima from
 * the right were noted when it was full, and the start of the next, whose running maximum is kept (van Herk 1992, Gil and Werman 1993).
 */
export const max = defineFeature({
  name: 'max',
  doc: 'Highest of the last period values',
  source: 'TA-Lib MAX; van Herk 1992',
  units: 'as input',
  inputs: ['x'],
  outputs: ['max'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create({ period: n }, [input], [output]) {
    // [row within the block, highest of the block so far, 1 when a block came before, its maxima from the right]
    const state = new Float64Array(4 + n);
    state[1] = state[3 + n] = Number.NEGATIVE_INFINITY;
    return inBlocks({
      state,
      advance(from, to) {
        const xs = input!.values;
        const xb = input!.base;
        const out = output!.values;
        const ob = output!.base;
        let at = state[0]! | 0;
        let head = state[1]!;
        let warm = state[2] === 1;
        let i = from;
        while (i < to) {
          const stop = Math.min(to, i + n - at);
          if (warm) {
            for (; i < stop; i++) {
              const x = xs[i - xb]!;
              if (Number.isNaN(x)) break;
              if (x > head) head = x;
              const tail = state[4 + at++]!;
              out[i - ob] = tail > head ? tail : head;
            }
          } else {
            for (; i < stop; i++) {
              const x = xs[i - xb]!;
              if (Number.isNaN(x)) break;
              if (x > head) head = x;
              out[i - ob] = ++at === n ? head : Number.NaN;
            }
          }
          if (i < stop) {
            at = 0;
            warm = false;
            head = Number.NEGATIVE_INFINITY;
            out[i++ - ob] = Number.NaN;
          } else if (at === n) {
            let highest = Number.NEGATIVE_INFINITY;
            for (let k = n - 1, p = i - 1 - xb; k > 0; k--, p--) {
              const x = xs[p]!;
              if (x > highest) highest = x;
              state[3 + k] = highest;
            }
            at = 0;
            warm = true;
            head = Number.NEGATIVE_INFINITY;
          }
        }
        state[0] = at;
        state[1] = head;
        state[2] = warm ? 1 : 0;
      },
    });
  },
});
