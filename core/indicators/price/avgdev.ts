import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Mean absolute deviation of the last `period` values from their mean.
 * NaN for the first period - 1 rows. O(period) per row, since deviations are from a mean that moves.
 */
export const avgdev = defineFeature({
  name: 'avgdev',
  doc: 'Mean absolute deviation over the window',
  source: 'TA-Lib AVGDEV',
  units: 'as input',
  inputs: ['x'],
  outputs: ['avgdev'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create({ period: n }, [input], [output]) {
    // [values since the last NaN (up to n - 1)]
    const state = new Float64Array(1);
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
          let count = state[0]!;
          for (let i = from; i < to; i++) {
            const last = (i - xb) | 0;
            const x = xs[last]!;
            if (Number.isNaN(x) || count < n - 1) {
              count = Number.isNaN(x) ? 0 : count + 1;
              out[i] = Number.NaN;
              continue;
            }
            let mean = 0;
            for (let k = last; k > last - n; k--) mean += xs[k]!;
            mean /= n;
            let deviation = 0;
            for (let k = last; k > last - n; k--) deviation += Math.abs(xs[k]! - mean);
            out[i] = deviation / n;
          }
          state[0] = count;
        },
      },
      'avgdev',
      [n],
      [input!],
      [output!],
    );
  },
});
