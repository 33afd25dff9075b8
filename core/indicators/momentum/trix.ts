import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { emaWeights, settleOf } from '../overlap/ema.ts';
import { warmCascade } from '../overlap/ema-cascade.ts';

/**
 * TRIX of Hutson: one-row rate of change, in percent, of a triple exponential average.
 * Price in, percent out; NaN for the first 3 (period - 1) + 1 rows. O(1) per row.
 */
export const trix = defineFeature({
  name: 'trix',
  doc: 'Rate of change of a triple-smoothed exponential average, in percent',
  source: 'TA-Lib TRIX; Hutson 1983',
  units: 'percent',
  inputs: ['x'],
  outputs: ['trix'],
  options: z.object({ period: period(1, 30) }),
  args: ['period'],
  warmup: (o) => 3 * (o.period - 1) + 1,
  settle: (o) => 3 * settleOf(2 / (o.period + 1)),
  create({ period: n }, [input], [output]) {
    const weights = emaWeights(n);
    const [fresh, kept] = weights;
    const warm = 3 * (n - 1) + 1;
    // [values since the last NaN (up to warm), then sum and mean of each average]
    const state = new Float64Array(7);
    return withLoop(
      {
        state,
        advance(fromRow, toRow) {
          const out = output!.values;
          const ob = output!.base;
          const from = (fromRow - ob) | 0;
          const to = (toRow - ob) | 0;
          const xs = input!.values;
          const xb = (input!.base - ob) | 0;
          let i = from;
          while (i < to) {
            if (state[0] === warm) {
              let e1 = state[2]!;
              let e2 = state[4]!;
              let e3 = state[6]!;
              for (; i < to; i++) {
                const previous = e3;
                e1 = fresh * xs[(i - xb) | 0]! + kept * e1;
                e2 = fresh * e1 + kept * e2;
                e3 = fresh * e2 + kept * e3;
                if (Number.isNaN(e3)) break;
                out[i] = previous !== 0 ? (e3 / previous - 1) * 100 : 0;
              }
              state[2] = e1;
              state[4] = e2;
              state[6] = e3;
              if (i === to) break;
            }
            const x = xs[(i - xb) | 0]!;
            if (state[0] === warm || Number.isNaN(x)) state.fill(0);
            else warmCascade(state, 3, n, weights, x);
            out[i++] = Number.NaN;
          }
        },
      },
      'trix',
      [fresh, kept, warm],
      [input!],
      [output!],
    );
  },
});
