import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { refreshEvery } from '../math/refresh.ts';

/**
 * Weighted moving average: weights 1, 2, … period from the oldest value to the newest.
 * Price in, price out; NaN for the first period - 1 rows. O(1) per row, the running sums refreshed so that they do not drift.
 */
export const wma = defineFeature({
  name: 'wma',
  doc: 'Linearly weighted moving average',
  source: 'TA-Lib WMA',
  units: 'as input',
  inputs: ['x'],
  outputs: ['wma'],
  options: z.object({ period: period(1, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period,
  create({ period: n }, [input], [output]) {
    // [values since the last NaN, sum of the window, weighted sum of the window]
    const state = new Float64Array(3);
    const every = refreshEvery(n, 2);
    const weights = (n * (n + 1)) / 2;
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
          let plain = state[1]!;
          let weighted = state[2]!;
          let i = from;
          while (i < to) {
            if (count >= n) {
              const begin = i;
              const stop = Math.min(to, i + every - (count % every));
              for (; i < stop; i++) {
                const x = xs[(i - xb) | 0]!;
                weighted += n * x - plain;
                plain += x - xs[(i - xb - n) | 0]!;
                if (Number.isNaN(weighted)) break;
                out[i] = weighted / weights;
              }
              count += i - begin;
              if (i === stop) {
                if (count % every === 0) {
                  plain = weighted = 0;
                  for (let w = 1; w <= n; w++) {
                    const x = xs[(i - xb - n - 1 + w) | 0]!;
                    plain += x;
                    weighted += x * w;
                  }
                }
                continue;
              }
            }
            const x = xs[(i - xb) | 0]!;
            if (count >= n || Number.isNaN(x)) count = plain = weighted = 0;
            else {
              count++;
              plain += x;
              weighted += x * count;
            }
            out[i++] = count === n ? weighted / weights : Number.NaN;
          }
          state[0] = count;
          state[1] = plain;
          state[2] = weighted;
        },
      },
      'wma',
      [n, every],
      [input!],
      [output!],
    );
  },
});
