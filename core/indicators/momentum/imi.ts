import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { refreshEvery } from '../math/refresh.ts';

/**
 * Intraday momentum index of Chande: 100 × rising / (rising + falling) candle bodies over the window; 50 where no candle has a body.
 * Candles in, 0..100 out; NaN for the first period - 1 rows. O(1) per row, the running sums refreshed so that they do not drift.
 */
export const imi = defineFeature({
  name: 'imi',
  doc: 'Intraday momentum index of Chande',
  source: 'TA-Lib IMI; Chande 1994',
  units: '0..100',
  inputs: ['open', 'close'],
  outputs: ['imi'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  create({ period: n }, [open, close], [output]) {
    // [candles since the last NaN, twice the rising and the falling sum, candles in a row without rise and without fall, place, ring of bodies]
    const state = new Float64Array(6 + n);
    const every = refreshEvery(n, 1);
    return inBlocks({
      state,
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const os = open!.values;
        const pb = (open!.base - ob) | 0;
        const cs = close!.values;
        const cb = (close!.base - ob) | 0;
        let count = state[0]!;
        let rising = state[1]!;
        let falling = state[2]!;
        let noRise = state[3]!;
        let noFall = state[4]!;
        let place = state[5]! | 0;
        let due = (Math.floor(count / every) + 1) * every;
        for (let i = from; i < to; i++) {
          const body = cs[(i - cb) | 0]! - os[(i - pb) | 0]!;
          if (Number.isNaN(body)) {
            count = rising = falling = noRise = noFall = place = 0;
            due = every;
            state.fill(0, 6);
            out[i] = Number.NaN;
            continue;
          }
          const old = state[6 + place]!;
          state[6 + place] = body;
          place = place === n - 1 ? 0 : place + 1;
          // |b| + b and |b| - b are exactly twice the rise and the fall: no branch on the direction
          const size = Math.abs(body);
          const oldSize = Math.abs(old);
          rising += size + body - (oldSize + old);
          falling += size - body - (oldSize - old);
          noRise = (noRise + 1) * (1 - (Number(body > 0) | 0));
          noFall = (noFall + 1) * (1 - (Number(body < 0) | 0));
          count++;
          if (count === due) {
            due += every;
            rising = falling = 0;
            for (let k = 6; k < 6 + n; k++) {
              const b = state[k]!;
              rising += Math.abs(b) + b;
              falling += Math.abs(b) - b;
            }
          }
          // a side without a candle in the window is exactly zero, whatever rounding left of it
          if (noRise >= n) rising = 0;
          if (noFall >= n) falling = 0;
          const total = rising + falling;
          out[i] = count < n ? Number.NaN : total > 0 ? 100 * (rising / total) : 50;
        }
        state[0] = count;
        state[1] = rising;
        state[2] = falling;
        state[3] = noRise;
        state[4] = noFall;
        state[5] = place;
      },
    });
  },
});
