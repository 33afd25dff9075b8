import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { HILBERT_STATE, IN_PHASE, QUADRATURE, refreshPrice, takePrice } from './hilbert.ts';

/** The sums of the price smoother are recomputed every so many rows since the last NaN; a power of two. */
const REFRESH = 1024;

/**
 * Phasor components by the Hilbert transform: the in-phase and quadrature parts of the detrended price.
 * Price in, as input out; NaN for the first 32 rows. O(1) per row.
 */
export const htPhasor = defineFeature({
  name: 'ht-phasor',
  doc: 'Phasor components by the Hilbert transform',
  source: 'TA-Lib HT_PHASOR; Ehlers, Rocket Science for Traders, 2001',
  units: 'as input',
  inputs: ['x'],
  outputs: ['inPhase', 'quadrature'],
  options: z.object({}),
  args: [],
  warmup: () => 32,
  lookback: () => 3,
  settle: () => 400,
  create(_, [input], [first, second]) {
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
          const secondOut = second!.values;
          const secondBase = (second!.base - firstBase) | 0;
          for (let i = from; i < to; i++) {
            const at = (i - xb) | 0;
            const x = xs[at]!;
            firstOut[i] = Number.NaN;
            secondOut[(i - secondBase) | 0] = Number.NaN;
            if (Number.isNaN(x)) {
              state.fill(0);
              continue;
            }
            const count = takePrice(state, xs, at, 12);
            if ((count & (REFRESH - 1)) === 0)
              refreshPrice(state, xs[(at - 3) | 0]!, xs[(at - 2) | 0]!, xs[(at - 1) | 0]!, x);
            if (count <= 12) continue;
            if (count <= 32) continue;
            firstOut[i] = state[IN_PHASE]!;
            secondOut[(i - secondBase) | 0] = state[QUADRATURE]!;
          }
        },
      },
      'htPhasor',
      [],
      [input!],
      [first!, second!],
    );
  },
});
