import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Parabolic stop and reverse of Wilder (1978) with all its knobs: where it starts (`startValue` > 0 long there, < 0 short there, 0 as SAR does),
 * the acceleration of either side, and `offsetOnReverse`, the fraction by which a reversal moves the stop away.
 * Candles in, price out, negative while short; NaN for the first row. O(1) per row.
 */
export const sarext = defineFeature({
  name: 'sarext',
  doc: 'Parabolic stop and reverse, extended: negative while short',
  source: 'TA-Lib SAREXT; Wilder 1978',
  units: 'price, negative while short',
  inputs: ['high', 'low'],
  outputs: ['sarext'],
  options: z.object({
    startValue: z.number().default(0),
    offsetOnReverse: z.number().min(0).default(0),
    initialLong: z.number().min(0).default(0.02),
    stepLong: z.number().min(0).default(0.02),
    maximumLong: z.number().min(0).default(0.2),
    initialShort: z.number().min(0).default(0.02),
    stepShort: z.number().min(0).default(0.02),
    maximumShort: z.number().min(0).default(0.2),
  }),
  args: ['startValue'],
  warmup: () => 1,
  settle: () => 500,
  create(o, [high, low], [output]) {
    const initialLong = Math.min(o.initialLong, o.maximumLong);
    const stepLong = Math.min(o.stepLong, o.maximumLong);
    const initialShort = Math.min(o.initialShort, o.maximumShort);
    const stepShort = Math.min(o.stepShort, o.maximumShort);
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
              isLong = o.startValue === 0 ? !(down > 0 && down > h - ph) : o.startValue > 0;
              extreme = isLong ? h : l;
              stop = o.startValue === 0 ? (isLong ? pl : ph) : Math.abs(o.startValue);
              factor = isLong ? initialLong : initialShort;
              ph = h;
              pl = l;
            }
            if (isLong) {
              if (l <= stop) {
                isLong = false;
                stop = extreme;
                if (stop < ph) stop = ph;
                if (stop < h) stop = h;
                stop += stop * o.offsetOnReverse;
                out[i] = -stop;
                factor = initialShort;
                extreme = l;
                stop += factor * (extreme - stop);
                if (stop < ph) stop = ph;
                if (stop < h) stop = h;
              } else {
                out[i] = stop;
                if (h > extreme) {
                  extreme = h;
                  factor += stepLong;
                  if (factor > o.maximumLong) factor = o.maximumLong;
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
              stop -= stop * o.offsetOnReverse;
              out[i] = stop;
              factor = initialLong;
              extreme = h;
              stop += factor * (extreme - stop);
              if (stop > pl) stop = pl;
              if (stop > l) stop = l;
            } else {
              out[i] = -stop;
              if (l < extreme) {
                extreme = l;
                factor += stepShort;
                if (factor > o.maximumShort) factor = o.maximumShort;
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
      'sarext',
      [o.offsetOnReverse, initialLong, stepLong, o.maximumLong, initialShort, stepShort, o.maximumShort],
      [high!, low!],
      [output!],
    );
  },
});
