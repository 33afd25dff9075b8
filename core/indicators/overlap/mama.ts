import { z } from 'zod';
import { HILBERT_STATE, IN_PHASE, QUADRATURE, refreshPrice, takePrice } from '../cycle/hilbert.ts';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { settleOf } from './ema.ts';

/** The sums of the price smoother are recomputed every so many rows since the last NaN; a power of two. */
const REFRESH = 1024;
const DEGREES = 45 / Math.atan(1);
const PHASE = HILBERT_STATE;
const MAMA = HILBERT_STATE + 1;
const FAMA = HILBERT_STATE + 2;

/**
 * MESA adaptive moving average of Ehlers (2001): an exponential average whose weight is `fastLimit` over the degrees that the phase turned
 * back, kept within the two limits; FAMA follows it at half the weight.
 * Price in, prices out; NaN for the first 32 rows. O(1) per row.
 */
export const mama = defineFeature({
  name: 'mama',
  doc: 'MESA adaptive moving average and its follower',
  source: 'TA-Lib MAMA; Ehlers 2001',
  units: 'as input',
  inputs: ['x'],
  outputs: ['mama', 'fama'],
  options: z.object({
    fastLimit: z.number().min(0.01).max(0.99).default(0.5),
    slowLimit: z.number().min(0.01).max(0.99).default(0.05),
  }),
  args: ['fastLimit', 'slowLimit'],
  warmup: () => 32,
  lookback: () => 3,
  settle: (o) => 2 * settleOf(o.slowLimit / 2),
  create({ fastLimit, slowLimit }, [input], [first, second]) {
    const state = new Float64Array(HILBERT_STATE + 3);
    return withLoop(
      {
        state,
        advance(fromRow, toRow) {
          const mamaOut = first!.values;
          const mamaBase = first!.base;
          const from = (fromRow - mamaBase) | 0;
          const to = (toRow - mamaBase) | 0;
          const xs = input!.values;
          const xb = (input!.base - mamaBase) | 0;
          const famaOut = second!.values;
          const famaBase = (second!.base - mamaBase) | 0;
          for (let i = from; i < to; i++) {
            const at = (i - xb) | 0;
            const x = xs[at]!;
            mamaOut[i] = Number.NaN;
            famaOut[(i - famaBase) | 0] = Number.NaN;
            if (Number.isNaN(x)) {
              state.fill(0);
              continue;
            }
            const count = takePrice(state, xs, at, 12);
            if ((count & (REFRESH - 1)) === 0)
              refreshPrice(state, xs[(at - 3) | 0]!, xs[(at - 2) | 0]!, xs[(at - 1) | 0]!, x);
            if (count <= 12) continue;
            const inPhase = state[IN_PHASE]!;
            const phase = inPhase !== 0 ? Math.atan(state[QUADRATURE]! / inPhase) * DEGREES : 0;
            const turned = state[PHASE]! - phase;
            state[PHASE] = phase;
            let alpha = fastLimit;
            if (turned > 1) {
              alpha = fastLimit / turned;
              if (alpha < slowLimit) alpha = slowLimit;
            }
            const mean = alpha * x + (1 - alpha) * state[MAMA]!;
            const follower = 0.5 * alpha * mean + (1 - 0.5 * alpha) * state[FAMA]!;
            state[MAMA] = mean;
            state[FAMA] = follower;
            if (count <= 32) continue;
            mamaOut[i] = mean;
            famaOut[(i - famaBase) | 0] = follower;
          }
        },
      },
      'mama',
      [fastLimit, slowLimit],
      [input!],
      [first!, second!],
    );
  },
});
