import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { circle, cyclePhase, PHASE_STATE } from './cycle-phase.ts';
import { HILBERT_STATE, refreshPrice, takePrice } from './hilbert.ts';

/** The sums of the price smoother are recomputed every so many rows since the last NaN; a power of two. */
const REFRESH = 1024;

/**
 * Dominant cycle phase by the Hilbert transform: where in the dominant cycle the price stands.
 * Price in, degrees out; NaN for the first 63 rows. O(1) per row.
 */
export const htDcphase = defineFeature({
  name: 'ht-dcphase',
  doc: 'Dominant cycle phase by the Hilbert transform',
  source: 'TA-Lib HT_DCPHASE; Ehlers, Rocket Science for Traders, 2001',
  units: 'degrees',
  inputs: ['x'],
  outputs: ['htDcphase'],
  options: z.object({}),
  args: [],
  warmup: () => 63,
  lookback: () => 3,
  settle: () => 400,
  create(_, [input], [first]) {
    const state = new Float64Array(HILBERT_STATE + PHASE_STATE);
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
            cyclePhase(state, HILBERT_STATE);
            const phase = state[HILBERT_STATE]!;
            if (count <= 63) continue;
            firstOut[i] = phase;
          }
        },
      },
      'htDcphase',
      [circle.byteOffset],
      [input!],
      [first!],
    );
  },
});
