import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** Rows until a recursive average of weight `alpha` has forgotten its seed to 1e-9: (1-alpha)^n <= 1e-12, since differences and quotients of averages magnify their errors. */
export function settleOf(alpha: number): number {
  return alpha >= 1 ? 0 : Math.ceil(Math.log(1e-12) / Math.log(1 - alpha));
}

/**
 * The two weights of an exponential average of `period`: 2 / (period + 1) of the new value and the rest of the old one.
 * Derived from one another as TA-Lib does, so that they add up to exactly 1.
 */
export function emaWeights(n: number): readonly [fresh: number, kept: number] {
  const fresh = 1 - (n - 1) / (n + 1);
  return [fresh, 1 - fresh];
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
    const [fresh, kept] = emaWeights(n);
    // [count of values seen since the last NaN (up to n), running sum while seeding, mean]
    const state = new Float64Array(3);
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
        let sum = state[1]!;
        let mean = state[2]!;
        let i = from;
        while (i < to) {
          if (count === n) {
            for (; i < to; i++) {
              mean = fresh * xs[(i - xb) | 0]! + kept * mean;
              if (Number.isNaN(mean)) break;
              out[i] = mean;
            }
            if (i === to) break;
          }
          const x = xs[(i - xb) | 0]!;
          if (count === n || Number.isNaN(x)) {
            count = sum = mean = 0;
          } else {
            sum += x;
            if (++count === n) mean = sum / n;
          }
          out[i++] = count === n ? mean : Number.NaN;
        }
        state[0] = count;
        state[1] = sum;
        state[2] = mean;
      },
    });
  },
});
