import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Parabolic stop and reverse of Wilder (1978). The first row is only consumed: the second starts long unless the low fell by more than the
 * high rose, with the first row's extreme as its stop.
 * Candles in, price out; NaN for the first row. O(1) per row.
 */
export const sar = defineFeature({
  name: 'sar',
  doc: 'Parabolic stop and reverse of Wilder',
  source: 'TA-Lib SAR; Wilder 1978',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['sar'],
  options: z.object({ acceleration: z.number().min(0).default(0.02), maximum: z.number().min(0).default(0.2) }),
  args: ['acceleration', 'maximum'],
  warmup: () => 1,
  settle: () => 500,
  create({ acceleration, maximum }, [high, low], [output]) {
    const step = Math.min(acceleration, maximum);
    // [rows since the last NaN (up to 2), 1 when long, stop, extreme, acceleration, previous high and low]
    const state = new Float64Array(7);
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
          let count = state[0]!;
          let isLong = state[1] === 1;
          let stop = state[2]!;
          let extreme = state[3]!;
          let factor = state[4]!;
          let ph = state[5]!;
          let pl = state[6]!;
          for (let i = from; i < to; i++) {
            const h = hs[(i - hb) | 0]!;
            const l = ls[(i - lb) | 0]!;
            if (Number.isNaN(h + l)) {
              count = 0;
              out[i] = Number.NaN;
              continue;
            }
            if (count < 2) {
              if (count === 0) {
                count = 1;
                ph = h;
                pl = l;
                out[i] = Number.NaN;
                continue;
              }
              count = 2;
              const down = pl - l;
              isLong = !(down > 0 && down > h - ph);
              extreme = isLong ? h : l;
              stop = isLong ? pl : ph;
              factor = step;
              ph = h;
              pl = l;
            }
            if (isLong) {
              if (l <= stop) {
                isLong = false;
                stop = extreme;
                if (stop < ph) stop = ph;
                if (stop < h) stop = h;
                out[i] = stop;
                factor = step;
                extreme = l;
                stop += factor * (extreme - stop);
                if (stop < ph) stop = ph;
                if (stop < h) stop = h;
              } else {
                out[i] = stop;
                if (h > extreme) {
                  extreme = h;
                  factor += step;
                  if (factor > maximum) factor = maximum;
                }
                stop += factor * (extreme - stop);
                if (stop > pl) stop = pl;
                if (stop > l) stop = l;
              }
            } else if (h >= stop) {
              isLong = true;
              stop = extreme;
              if (stop > pl) stop = pl;
              if (stop > l) stop = l;
              out[i] = stop;
              factor = step;
              extreme = h;
              stop += factor * (extreme - stop);
              if (stop > pl) stop = pl;
              if (stop > l) stop = l;
            } else {
              out[i] = stop;
              if (l < extreme) {
                extreme = l;
                factor += step;
                if (factor > maximum) factor = maximum;
              }
              stop += factor * (extreme - stop);
              if (stop < ph) stop = ph;
              if (stop < h) stop = h;
            }
            ph = h;
            pl = l;
          }
          state[0] = count;
          state[1] = isLong ? 1 : 0;
          state[2] = stop;
          state[3] = extreme;
          state[4] = factor;
          state[5] = ph;
          state[6] = pl;
        },
      },
      'sar',
      [0, step, step, maximum, step, step, maximum],
      [high!, low!],
      [output!],
    );
  },
});
