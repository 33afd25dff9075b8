import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/**
 * On-balance volume of Granville (1963): volume added on a rise of the price, taken off on a fall. Starts at the first row's volume.
 * Price and volume in, cumulative volume out; no warm-up. O(1) per row.
 */
export const obv = defineFeature({
  name: 'obv',
  doc: 'On-balance volume of Granville',
  source: 'TA-Lib OBV; Granville 1963',
  units: 'base volume',
  inputs: ['close', 'volume'],
  outputs: ['obv'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  settle: () => Number.POSITIVE_INFINITY,
  create(_, [close, volume], [output]) {
    // [1 once started, total, previous close]
    const state = new Float64Array(3);
    return inBlocks({
      state,
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const cs = close!.values;
        const cb = (close!.base - ob) | 0;
        const vs = volume!.values;
        const vb = (volume!.base - ob) | 0;
        let started = state[0] === 1;
        let total = state[1]!;
        let previous = state[2]!;
        let i = from;
        while (i < to) {
          if (started) {
            for (; i < to; i++) {
              const c = cs[(i - cb) | 0]!;
              const sign = (Number(c > previous) | 0) - (Number(c < previous) | 0);
              total += sign * vs[(i - vb) | 0]!;
              previous = c;
              if (Number.isNaN(total + c)) break;
              out[i] = total;
            }
            if (i === to) break;
          }
          const c = cs[(i - cb) | 0]!;
          const v = vs[(i - vb) | 0]!;
          started = !started && !Number.isNaN(c + v);
          total = started ? v : 0;
          previous = started ? c : 0;
          out[i++] = started ? total : Number.NaN;
        }
        state[0] = started ? 1 : 0;
        state[1] = total;
        state[2] = previous;
      },
    });
  },
});
