import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { emaWeights, settleOf } from './ema.ts';
import { warmCascade } from './ema-cascade.ts';

/**
 * Tillson's T3 (1998): six exponential averages, each of the one before, blended by the volume factor v:
 * -v³ e6 + 3(v² + v³) e5 - (6v² + 3(v + v³)) e4 + (1 + 3v + v³ + 3v²) e3.
 * Price in, price out; NaN for the first 6 (period - 1) rows. O(1) per row.
 */
export const t3 = defineFeature({
  name: 't3',
  doc: "Tillson's T3: a smooth average with little lag",
  source: 'TA-Lib T3; Tillson 1998',
  units: 'as input',
  inputs: ['x'],
  outputs: ['t3'],
  options: z.object({ period: period(1, 5), volumeFactor: z.number().min(0).max(1).default(0.7) }),
  args: ['period', 'volumeFactor'],
  warmup: (o) => 6 * (o.period - 1),
  settle: (o) => 6 * settleOf(2 / (o.period + 1)),
  create({ period: n, volumeFactor: v }, [input], [output]) {
    const weights = emaWeights(n);
    const [fresh, kept] = weights;
    const warm = 6 * (n - 1) + 1;
    const c1 = -(v * v * v);
    const c2 = 3 * (v * v - c1);
    const c3 = -6 * v * v - 3 * (v - c1);
    const c4 = 1 + 3 * v - c1 + 3 * v * v;
    // [values since the last NaN (up to warm), then sum and mean of each average]
    const state = new Float64Array(13);
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
              let e4 = state[8]!;
              let e5 = state[10]!;
              let e6 = state[12]!;
              for (; i < to; i++) {
                e1 = fresh * xs[(i - xb) | 0]! + kept * e1;
                e2 = fresh * e1 + kept * e2;
                e3 = fresh * e2 + kept * e3;
                e4 = fresh * e3 + kept * e4;
                e5 = fresh * e4 + kept * e5;
                e6 = fresh * e5 + kept * e6;
                const value = c1 * e6 + c2 * e5 + c3 * e4 + c4 * e3;
                if (Number.isNaN(value)) break;
                out[i] = value;
              }
              state[2] = e1;
              state[4] = e2;
              state[6] = e3;
              state[8] = e4;
              state[10] = e5;
              state[12] = e6;
              if (i === to) break;
            }
            const x = xs[(i - xb) | 0]!;
            if (state[0] === warm || Number.isNaN(x)) {
              state.fill(0);
              out[i++] = Number.NaN;
            } else {
              const e6 = warmCascade(state, 6, n, weights, x);
              out[i++] = c1 * e6 + c2 * state[10]! + c3 * state[8]! + c4 * state[6]!;
            }
          }
        },
      },
      't3',
      [fresh, kept, warm, c1, c2, c3, c4],
      [input!],
      [output!],
    );
  },
});
