import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** Body over range; 0 without range, NaN when either is. */
function share(body: number, range: number): number {
  return range > 0 ? body / range : 0 * (range + body);
}

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
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const os = open!.values;
        const pb = (open!.base - ob) | 0;
        const hs = high!.values;
        const hb = (high!.base - ob) | 0;
        const ls = low!.values;
        const lb = (low!.base - ob) | 0;
        const cs = close!.values;
        const cb = (close!.base - ob) | 0;
        // columns that lie alike, as in a backtest, need one index only: a third faster
        if ((hb | lb | cb | pb) === 0) for (let i = from; i < to; i++) out[i] = share(cs[i]! - os[i]!, hs[i]! - ls[i]!);
        else
          for (let i = from; i < to; i++)
            out[i] = share(cs[(i - cb) | 0]! - os[(i - pb) | 0]!, hs[(i - hb) | 0]! - ls[(i - lb) | 0]!);
      },
    });
  },
});
