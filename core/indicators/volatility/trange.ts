import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/**
 * True range of Wilder (1978): max(high, previous close) - min(low, previous close).
 * Candles in, price range out; NaN for the first row. O(1) per row.
 */
export const trange = defineFeature({
  name: 'trange',
  doc: 'True range of Wilder',
  source: 'TA-Lib TRANGE; Wilder 1978',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['trange'],
  options: z.object({}),
  args: [],
  warmup: () => 1,
  create(_, [high, low, close], [output]) {
    // [1 when the previous candle was whole, its close]
    const state = new Float64Array(2);
    return inBlocks({
      state,
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const hs = high!.values;
        const hb = (high!.base - ob) | 0;
        const ls = low!.values;
        const lb = (low!.base - ob) | 0;
        const cs = close!.values;
        const cb = (close!.base - ob) | 0;
        let previous = state[0] === 1 ? state[1]! : Number.NaN;
        for (let i = from; i < to; i++) {
          const h = hs[(i - hb) | 0]!;
          const l = ls[(i - lb) | 0]!;
          const c = cs[(i - cb) | 0]!;
          const over = previous - h;
          const under = l - previous;
          // max(x, 0) is (x + |x|) / 2, and differences of near prices are exact: no branch. 0 × c brings in a NaN close.
          out[i] = h - l + (over + Math.abs(over) + under + Math.abs(under)) * 0.5 + 0 * c;
          previous = c + 0 * (h + l);
        }
        state[0] = !Number.isNaN(previous) ? 1 : 0;
        state[1] = !Number.isNaN(previous) ? previous : 0;
      },
    });
  },
});
