import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** max(high, previous) - min(low, previous): max(x, 0) is (x + |x|) / 2, and differences of near prices are exact, so there is no branch. */
function rangeOf(high: number, low: number, previous: number): number {
  const over = previous - high;
  const under = low - previous;
  return high - low + (over + Math.abs(over) + under + Math.abs(under)) * 0.5;
}

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
        let i = from;
        // what V8 checks of an array, it checks once for four rows
        for (const last = (to - 3) | 0; i < last; i = (i + 4) | 0) {
          const h = (i - hb) | 0;
          const l = (i - lb) | 0;
          const c = (i - cb) | 0;
          const c0 = cs[c]!;
          const c1 = cs[(c + 1) | 0]!;
          const c2 = cs[(c + 2) | 0]!;
          const c3 = cs[(c + 3) | 0]!;
          const range0 = rangeOf(hs[h]!, ls[l]!, previous);
          const range1 = rangeOf(hs[(h + 1) | 0]!, ls[(l + 1) | 0]!, c0);
          const range2 = rangeOf(hs[(h + 2) | 0]!, ls[(l + 2) | 0]!, c1);
          const range3 = rangeOf(hs[(h + 3) | 0]!, ls[(l + 3) | 0]!, c2);
          if (Number.isNaN(range0 + range1 + (range2 + range3) + c3)) break;
          out[i] = range0;
          out[(i + 1) | 0] = range1;
          out[(i + 2) | 0] = range2;
          out[(i + 3) | 0] = range3;
          previous = c3;
        }
        for (; i < to; i++) {
          const h = hs[(i - hb) | 0]!;
          const l = ls[(i - lb) | 0]!;
          const c = cs[(i - cb) | 0]!;
          // 0 × c brings in a NaN close
          out[i] = rangeOf(h, l, previous) + 0 * c;
          previous = c + 0 * (h + l);
        }
        state[0] = !Number.isNaN(previous) ? 1 : 0;
        state[1] = !Number.isNaN(previous) ? previous : 0;
      },
    });
  },
});
