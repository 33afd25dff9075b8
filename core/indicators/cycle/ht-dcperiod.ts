import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { HILBERT_STATE, refreshPrice, SMOOTH_PERIOD, takePrice } from './hilbert.ts';

/** The sums of the price smoother are recomputed every so many rows since the last NaN; a power of two. */
const REFRESH = 1024;

/**
 * Dominant cycle period by the Hilbert transform: the length of the strongest cycle, 6 to 50 rows.
 * Price in, rows out; NaN for the first 32 rows. O(1) per row.
 */
export const htDcperiod = defineFeature({
  name: 'ht-dcperiod',
  doc: 'Dominant cycle period by the Hilbert transform',
  source: 'TA-Lib HT_DCPERIOD; Ehlers, Rocket Science for Traders, 2001',
  units: 'rows',
  inputs: ['x'],
  outputs: ['htDcperiod'],
  options: z.object({}),
  args: [],
  warmup: () => 32,
  lookback: () => 3,
  settle: () => 400,
  create(_, [input], [first]) {
    const state = new Float64Array(HILBERT_STATE);
    return withLoop(
      {
        state,
        advance(fromRow, toRow) {
          const firstOut = first!.values;
          const firstBase = first!.base;
          const from = (fromRow - firstBase) | 0;
          const to = (toRow - firstBase) | 0;
          const xs = input!.values;
          const xb = (input!.base - firstBase) | 0;
          for (let i = from; i < to; i++) {
            const at = (i - xb) | 0;
            const x = xs[at]!;
            firstOut[i] = Number.NaN;
            if (Number.isNaN(x)) {
              state.fill(0);
              continue;
            }
            const count = takePrice(state, xs, at, 12);
            if ((count & (REFRESH - 1)) === 0)
              refreshPrice(state, xs[(at - 3) | 0]!, xs[(at - 2) | 0]!, xs[(at - 1) | 0]!, x);
            if (count <= 12) continue;
            if (count <= 32) continue;
            firstOut[i] = state[SMOOTH_PERIOD]!;
          }
        },
      },
      'htDcperiod',
      [],
      [input!],
      [first!],
    );
  },
});
