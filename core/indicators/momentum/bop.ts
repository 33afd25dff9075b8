import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/**
 * Balance of power of Livshin (2001): (close - open) / (high - low); 0 for a candle without range.
 * Candles in, -1..1 out; no warm-up. O(1) per row.
 */
export const bop = defineFeature({
  name: 'bop',
  doc: 'Balance of power of Livshin',
  source: 'TA-Lib BOP; Livshin 2001',
  units: '-1..1',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['bop'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  create(_, [open, high, low, close], [output]) {
    return inBlocks({
      state: new Float64Array(0),
      advance(from, to) {
        const os = open!.values;
        const pb = open!.base;
        const hs = high!.values;
        const hb = high!.base;
        const ls = low!.values;
        const lb = low!.base;
        const cs = close!.values;
        const cb = close!.base;
        const out = output!.values;
        const ob = output!.base;
        for (let i = from; i < to; i++) {
          const range = hs[i - hb]! - ls[i - lb]!;
          const body = cs[i - cb]! - os[i - pb]!;
          if (range > 0) out[i - ob] = body / range;
          else out[i - ob] = !Number.isNaN(range + body) ? 0 : Number.NaN;
        }
      },
    });
  },
});
