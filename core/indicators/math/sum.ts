import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { refreshEvery } from './refresh.ts';

/**
 * Sum of the last `period` values.
 * NaN for the first period - 1 rows. O(1) per row, the running sum refreshed so that it does not drift.
 */
export const sum = defineFeature({
  name: 'sum',
  doc: 'Sum of the last period values',
  source: 'TA-Lib SUM',
  units: 'as input',
  inputs: ['x'],
  outputs: ['sum'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period,
  create({ period: n }, [input], [output]) {
    // [values since the last NaN, sum of the last n of them]
    const state = new Float64Array(2);
    const every = refreshEvery(n, 1);
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
          let total = state[1]!;
          let i = from;
          while (i < to) {
            if (count >= n) {
              const begin = i;
              const stop = Math.min(to, i + every - (count % every));
              for (; i < stop; i++) {
                total += xs[(i - xb) | 0]! - xs[(i - xb - n) | 0]!;
                if (Number.isNaN(total)) break;
                out[i] = total;
              }
              count += i - begin;
              if (i === stop) {
                if (count % every === 0) {
                  total = 0;
                  for (let k = i - xb - n; k < i - xb; k++) total += xs[k]!;
                }
                continue;
              }
            }
            const x = xs[(i - xb) | 0]!;
            if (count >= n || Number.isNaN(x)) count = total = 0;
            else {
              total += x;
              count++;
            }
            out[i++] = count === n ? total : Number.NaN;
          }
          state[0] = count;
          state[1] = total;
        },
      },
      'sum',
      [n, every],
      [input!],
      [output!],
    );
  },
});
