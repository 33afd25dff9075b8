import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Commodity channel index of Lambert (1980): (typical price - its mean) / (0.015 × its mean absolute deviation) over the window.
 * Candles in, a plain number out; NaN for the first period - 1 rows. O(period) per row, since deviations are from a mean that moves.
 * 0 where typical price or deviation are as good as level.
 */
export const cci = defineFeature({
  name: 'cci',
  version: 2,
  doc: 'Commodity channel index of Lambert',
  source: 'TA-Lib CCI; Lambert 1980',
  units: 'index around 0',
  inputs: ['high', 'low', 'close'],
  outputs: ['cci'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  create({ period: n }, [high, low, close], [output]) {
    // [candles since the last NaN (up to n - 1), place in the ring, ring of typical prices]
    const state = new Float64Array(2 + n);
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
          const end = n + 2;
          let count = state[0]!;
          let place = state[1]! | 0;
          for (let i = from; i < to; i++) {
            const typical = (hs[(i - hb) | 0]! + ls[(i - lb) | 0]! + cs[(i - cb) | 0]!) / 3;
            if (Number.isNaN(typical)) {
              count = place = 0;
              out[i] = Number.NaN;
              continue;
            }
            const newest = place + 2;
            state[newest] = typical;
            place = place === n - 1 ? 0 : place + 1;
            if (count < n - 1) {
              count++;
              out[i] = Number.NaN;
              continue;
            }
            // from the newest price to the oldest
            let mean = 0;
            for (let k = newest; k > 1; k--) mean += state[k]!;
            for (let k = end - 1; k > newest; k--) mean += state[k]!;
            mean /= n;
            let deviation = 0;
            for (let k = newest; k > 1; k--) deviation += Math.abs(state[k]! - mean);
            for (let k = end - 1; k > newest; k--) deviation += Math.abs(state[k]! - mean);
            deviation /= n;
            const above = typical - mean;
            // TA-Lib's level window: as good as zero against the mean itself, whatever the price is quoted in
            const level = 1e-14 * Math.abs(mean);
            out[i] = Math.abs(above) <= level || deviation <= level ? 0 : above / (0.015 * deviation);
          }
          state[0] = count;
          state[1] = place;
        },
      },
      'cci',
      [n],
      [high!, low!, close!],
      [output!],
    );
  },
});
