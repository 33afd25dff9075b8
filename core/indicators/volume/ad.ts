import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** What a candle adds: nothing without range, NaN when any is. */
function flow(h: number, l: number, c: number, v: number): number {
  const range = h - l;
  return range > 0 ? ((c - l - (h - c)) / range) * v : 0 * (range + c + v);
}

/**
 * Chaikin's accumulation/distribution line: the running total of volume × ((close - low) - (high - close)) / (high - low).
 * A candle without range adds nothing. Candles in, cumulative volume out; no warm-up. O(1) per row.
 */
export const ad = defineFeature({
  name: 'ad',
  doc: 'Accumulation/distribution line of Chaikin',
  source: 'TA-Lib AD; Chaikin',
  units: 'base volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['ad'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  settle: () => Number.POSITIVE_INFINITY,
  create(_, [high, low, close, volume], [output]) {
    // [total]
    const state = new Float64Array(1);
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
        const vs = volume!.values;
        const vb = (volume!.base - ob) | 0;
        let total = state[0]!;
        let i = from;
        // what V8 checks of an array, it checks once for four rows
        for (const last = (to - 3) | 0; i < last; i = (i + 4) | 0) {
          const h = (i - hb) | 0;
          const l = (i - lb) | 0;
          const c = (i - cb) | 0;
          const v = (i - vb) | 0;
          const total0 = total + flow(hs[h]!, ls[l]!, cs[c]!, vs[v]!);
          const total1 = total0 + flow(hs[(h + 1) | 0]!, ls[(l + 1) | 0]!, cs[(c + 1) | 0]!, vs[(v + 1) | 0]!);
          const total2 = total1 + flow(hs[(h + 2) | 0]!, ls[(l + 2) | 0]!, cs[(c + 2) | 0]!, vs[(v + 2) | 0]!);
          const total3 = total2 + flow(hs[(h + 3) | 0]!, ls[(l + 3) | 0]!, cs[(c + 3) | 0]!, vs[(v + 3) | 0]!);
          if (Number.isNaN(total3)) break;
          out[i] = total0;
          out[(i + 1) | 0] = total1;
          out[(i + 2) | 0] = total2;
          out[(i + 3) | 0] = total3;
          total = total3;
        }
        for (; i < to; i++) {
          total += flow(hs[(i - hb) | 0]!, ls[(i - lb) | 0]!, cs[(i - cb) | 0]!, vs[(i - vb) | 0]!);
          out[i] = total;
          if (Number.isNaN(total)) total = 0;
        }
        state[0] = total;
      },
    });
  },
});
