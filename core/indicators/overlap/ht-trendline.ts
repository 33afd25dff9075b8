import { z } from 'zod';
import { HILBERT_STATE, refreshPrice, takePrice } from '../cycle/hilbert.ts';
import { TRENDLINE_STATE, trendline } from '../cycle/trendline.ts';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';

/** The sums of the price smoother are recomputed every so many rows since the last NaN; a power of two. */
const REFRESH = 1024;

/**
 * Instantaneous trendline by the Hilbert transform: the mean of the price over the dominant cycle, smoothed.
 * Price in, price out; NaN for the first 63 rows. O(1) per row, at most 50 steps.
 */
export const htTrendline = defineFeature({
  name: 'ht-trendline',
  doc: 'Instantaneous trendline by the Hilbert transform',
  source: 'TA-Lib HT_TRENDLINE; Ehlers, Rocket Science for Traders, 2001',
  units: 'price',
  inputs: ['x'],
  outputs: ['htTrendline'],
  options: z.object({}),
  args: [],
  warmup: () => 63,
  lookback: () => 49,
  settle: () => 400,
  create(_, [input], [first]) {
    const state = new Float64Array(HILBERT_STATE + TRENDLINE_STATE);
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
            const count = takePrice(state, xs, at, 37);
            if ((count & (REFRESH - 1)) === 0)
              refreshPrice(state, xs[(at - 3) | 0]!, xs[(at - 2) | 0]!, xs[(at - 1) | 0]!, x);
            if (count <= 37) continue;
            const value = trendline(state, HILBERT_STATE, xs, at);
            if (count <= 63) continue;
            firstOut[i] = value;
          }
        },
      },
      'htTrendline',
      [],
      [input!],
      [first!],
    );
  },
});
