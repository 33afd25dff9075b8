import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { refreshEvery } from '../math/refresh.ts';

/**
 * Triangular moving average: weights rise by 1 to the middle of the window and fall again.
 * Price in, price out; NaN for the first period - 1 rows. O(1) per row, the running sums refreshed so that they do not drift.
 */
export const trima = defineFeature({
  name: 'trima',
  doc: 'Triangular moving average',
  source: 'TA-Lib TRIMA',
  units: 'as input',
  inputs: ['x'],
  outputs: ['trima'],
  options: z.object({ period: period(1, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period,
  create({ period: n }, [input], [output]) {
    // The window is an old half of `rise` rows, in which weights rise, and a new half of `fall`, in which they fall.
    const rise = (n + 1) >> 1;
    const fall = n - rise;
    const factor = 1 / (rise * (fall + 1));
    // [values since the last NaN, weighted sum, plain sum of the old half, plain sum of the new half]
    const state = new Float64Array(4);
    const every = refreshEvery(n, 2);
    return inBlocks({
      state,
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const xs = input!.values;
        const xb = (input!.base - ob) | 0;
        const twice = rise > fall ? 1 : 0;
        let count = state[0]!;
        let weighted = state[1]!;
        let older = state[2]!;
        let newer = state[3]!;
        let i = from;
        while (i < to) {
          if (count >= n) {
            const begin = i;
            const stop = Math.min(to, i + every - (count % every));
            for (; i < stop; i++) {
              const at = (i - xb) | 0;
              const middle = xs[(at - fall) | 0]!;
              const x = xs[at]!;
              const old = older;
              older += middle - xs[(at - n) | 0]!;
              newer += x - middle;
              // with an odd period the middle row keeps its weight in both halves
              weighted += newer - old + twice * middle;
              if (Number.isNaN(weighted)) break;
              out[i] = weighted * factor;
            }
            count += i - begin;
            if (i === stop) {
              if (count % every === 0) {
                weighted = older = newer = 0;
                const last = i - xb - 1;
                for (let k = rise; k > 0; k--) {
                  older += xs[last - fall - rise + k]!;
                  weighted += older;
                }
                for (let k = 1; k <= fall; k++) {
                  newer += xs[last - fall + k]!;
                  weighted += newer;
                }
              }
              continue;
            }
          }
          const x = xs[(i - xb) | 0]!;
          if (count >= n || Number.isNaN(x)) {
            count = weighted = older = newer = 0;
          } else {
            count++;
            if (count <= rise) {
              older += x;
              weighted += count * x;
            } else {
              newer += x;
              weighted += newer;
            }
          }
          out[i] = count === n ? weighted * factor : Number.NaN;
          i++;
        }
        state[0] = count;
        state[1] = weighted;
        state[2] = older;
        state[3] = newer;
      },
    });
  },
});
