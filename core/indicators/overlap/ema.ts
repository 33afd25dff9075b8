import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';

/** Rows until a recursive average of weight `alpha` has forgotten its seed to 1e-9: (1-alpha)^n <= 1e-9. */
export function settleOf(alpha: number): number {
  return alpha >= 1 ? 0 : Math.ceil(Math.log(1e-9) / Math.log(1 - alpha));
}

/**
 * Exponential moving average, alpha = 2 / (period + 1).
 * Seeded with the simple mean of the first `period` values, as TA-Lib does, so that values agree from the first output.
 * Price in, price out; NaN for the first period - 1 rows. O(1) per row.
 */
export const ema = defineFeature({
  name: 'ema',
  doc: 'Exponential moving average, seeded with the mean of the first period values',
  source: 'TA-Lib EMA (default compatibility)',
  units: 'as input',
  inputs: ['x'],
  outputs: ['ema'],
  options: z.object({ period: period(1, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  settle: (o) => settleOf(2 / (o.period + 1)),
  create({ period: n }, [input], [output]) {
    const alpha = 2 / (n + 1);
    // [count of values seen since the last NaN (up to n), running sum while seeding, mean]
    const state = new Float64Array(3);
    return {
      state,
      advance(from, to) {
        const xs = input!.values;
        const xb = input!.base;
        const out = output!.values;
        const ob = output!.base;
        let count = state[0]!;
        let sum = state[1]!;
        let mean = state[2]!;
        for (let i = from; i < to; i++) {
          const x = xs[i - xb]!;
          if (count === n && !Number.isNaN(x)) {
            mean += alpha * (x - mean);
            out[i - ob] = mean;
          } else if (Number.isNaN(x)) {
            count = 0;
            sum = 0;
            out[i - ob] = Number.NaN;
          } else {
            sum += x;
            count++;
            mean = sum / n;
            out[i - ob] = count === n ? mean : Number.NaN;
          }
        }
        state[0] = count;
        state[1] = sum;
        state[2] = mean;
      },
    };
  },
});
