import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { emaWeights, settleOf } from './ema.ts';
import { warmCascade } from './ema-cascade.ts';

/**
 * Triple exponential moving average of Mulloy (1994): 3 e1 - 3 e2 + e3, each the average of the one before.
 * Price in, price out; NaN for the first 3 (period - 1) rows. O(1) per row.
 */
export const tema = defineFeature({
  name: 'tema',
  doc: 'Triple exponential moving average of Mulloy',
  source: 'TA-Lib TEMA; Mulloy 1994',
  units: 'as input',
  inputs: ['x'],
  outputs: ['tema'],
  options: z.object({ period: period(1, 30) }),
  args: ['period'],
  warmup: (o) => 3 * (o.period - 1),
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
                e1 = fresh * xs[(i - xb) | 0]! + kept * e1;
                e2 = fresh * e1 + kept * e2;
                e3 = fresh * e2 + kept * e3;
                const value = 3 * e1 - 3 * e2 + e3;
                if (Number.isNaN(value)) break;
                out[i] = value;
              }
              state[2] = e1;
              state[4] = e2;
              state[6] = e3;
              if (i === to) break;
            }
            const x = xs[(i - xb) | 0]!;
            if (state[0] === warm || Number.isNaN(x)) {
              state.fill(0);
              out[i++] = Number.NaN;
            } else {
              const e3 = warmCascade(state, 3, n, weights, x);
              out[i++] = 3 * state[2]! - 3 * state[4]! + e3;
            }
          }
        },
      },
      'tema',
      [fresh, kept, warm],
      [input!],
      [output!],
    );
  },
});
