import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { refreshEvery } from '../math/refresh.ts';

/**
 * End of the regression line over the window: intercept + slope × (period - 1), rows counted 0 … period - 1 from the oldest.
 * NaN for the first period - 1 rows. O(1) per row; the sums are refreshed, and then taken about a value of the window, so that they do
 * not drift.
 */
export const linearreg = defineFeature({
  name: 'linearreg',
  doc: 'End of the regression line over the window',
  source: 'TA-Lib LINEARREG; least squares',
  units: 'as input',
  inputs: ['x'],
  outputs: ['linearreg'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period,
  create({ period: n }, [input], [output]) {
    // [values since the last NaN, sum of the window, sum weighted by rows ago, value that sums are taken about]
    const state = new Float64Array(4);
    const every = refreshEvery(n, 2);
    const sumX = n * (n - 1) * 0.5;
    const inverse = 1 / n;
    const scale = 1 / (sumX * sumX - (n * (n * (n - 1) * (2 * n - 1))) / 6);
    return inBlocks({
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
              out[i] = anchor + (plain - slope * sumX) * inverse + slope * (n - 1);
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
          out[i++] = count === n ? anchor + (plain - slope * sumX) * inverse + slope * (n - 1) : Number.NaN;
        }
        state[0] = count;
        state[1] = plain;
        state[2] = weighted;
        state[3] = anchor;
      },
    });
  },
});
