import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';

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
    return withLoop(
      {
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
          for (let i = from; i < to; i++) {
            total += flow(hs[(i - hb) | 0]!, ls[(i - lb) | 0]!, cs[(i - cb) | 0]!, vs[(i - vb) | 0]!);
            out[i] = total;
            if (Number.isNaN(total)) total = 0;
          }
          state[0] = total;
        },
      },
      'ad',
      [],
      [high!, low!, close!, volume!],
      [output!],
    );
  },
});
