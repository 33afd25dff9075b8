import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { isZero } from '../math/refresh.ts';
import { settleOf } from '../overlap/ema.ts';

/**
 * Average directional movement index of Wilder (1978): the Wilder average of DX, seeded with the mean of the first `period` of them.
 * Directional movement is the larger of high - previous high and previous low - low, if positive; it and the true range are Wilder sums.
 * Candles in, 0..100 out; NaN for the first 2 period - 1 rows. O(1) per row. Without range or movement the last value stays.
 */
export const adx = defineFeature({
  name: 'adx',
  doc: 'Average directional movement index of Wilder',
  source: 'TA-Lib ADX; Wilder 1978',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['adx'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => 2 * o.period - 1,
  settle: (o) => 2 * settleOf(1 / o.period),
  create({ period: n }, [high, low, close], [output]) {
    const warm = 2 * n - 1;
    // [candles since the last NaN (up to warm + 1), plus and minus movement, true range, previous high, low and close, sum of DX then their average]
    const state = new Float64Array(8);
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
          const keep = 1 - 1 / n;
          let count = state[0]!;
          let plus = state[1]!;
          let minus = state[2]!;
          let range = state[3]!;
          let ph = state[4]!;
          let pl = state[5]!;
          let pc = state[6]!;
          let value = state[7]!;
          for (let i = from; i < to; i++) {
            const h = hs[(i - hb) | 0]!;
            const l = ls[(i - lb) | 0]!;
            const up = h - ph;
            const down = pl - l;
            const over = pc - h;
            const under = l - pc;
            // max(x, 0) is (x + |x|) / 2: no branch on what is a coin toss
            const gain = up + Math.abs(up);
            const loss = down + Math.abs(down);
            const rise = (Number(gain > loss) | 0) * gain * 0.5;
            const fall = (Number(loss > gain) | 0) * loss * 0.5;
            const span = h - l + (over + Math.abs(over) + under + Math.abs(under)) * 0.5;
            ph = h;
            pl = l;
            pc = cs[(i - cb) | 0]!;
            if (count >= n) {
              plus = plus * keep + rise;
              minus = minus * keep + fall;
              range = range * keep + span;
              const total = plus + minus;
              if (range > 0 && !isZero((100 * total) / range)) {
                const dx = (100 * Math.abs(minus - plus)) / total;
                value = count > warm ? value * keep + dx / n : value + dx;
              }
              if (count <= warm) {
                count++;
                if (count > warm) value /= n;
              }
            } else {
              if (count > 0) {
                plus += rise;
                minus += fall;
                range += span;
              }
              count++;
            }
            out[i] = count > warm ? value : Number.NaN;
            if (Number.isNaN(range + h + l + pc)) {
              count = plus = minus = range = value = 0;
              out[i] = Number.NaN;
            }
          }
          state[0] = count;
          state[1] = plus;
          state[2] = minus;
          state[3] = range;
          state[4] = ph;
          state[5] = pl;
          state[6] = pc;
          state[7] = value;
        },
      },
      'adx',
      [n, 1 - 1 / n],
      [high!, low!, close!],
      [output!],
    );
  },
});
