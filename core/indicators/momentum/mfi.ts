import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { refreshEvery } from '../math/refresh.ts';

/**
 * Money flow index of Quong and Soudack (1989): 100 × positive / (positive + negative) money flow over the window, the flow of a candle
 * being typical price × volume, positive when the typical price rose. 0 where no money flowed.
 * Candles in, 0..100 out; NaN for the first `period` rows. O(1) per row, the running sums refreshed so that they do not drift.
 */
export const mfi = defineFeature({
  name: 'mfi',
  doc: 'Money flow index',
  source: 'TA-Lib MFI; Quong and Soudack 1989',
  units: '0..100',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['mfi'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  create({ period: n }, [high, low, close, volume], [output]) {
    // [candles since the last NaN, previous typical price, twice the positive and the negative sum, place in the ring, candles without flow in a row, ring of signed flows]
    const state = new Float64Array(6 + n);
    const every = refreshEvery(n, 1);
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
          let count = state[0]!;
          let previous = state[1]!;
          let positive = state[2]!;
          let negative = state[3]!;
          let place = state[4]! | 0;
          let quiet = state[5]!;
          let due = (Math.floor(count / every) + 1) * every;
          for (let i = from; i < to; i++) {
            const typical = (hs[(i - hb) | 0]! + ls[(i - lb) | 0]! + cs[(i - cb) | 0]!) / 3;
            const money = typical * vs[(i - vb) | 0]!;
            if (Number.isNaN(money)) {
              count = positive = negative = place = quiet = 0;
              due = every;
              state.fill(0, 6);
              out[i] = Number.NaN;
              continue;
            }
            if (count === 0) {
              previous = typical;
              count = 1;
              out[i] = Number.NaN;
              continue;
            }
            const change = typical - previous;
            const level = 1e-14 * (Math.abs(typical) + Math.abs(previous));
            previous = typical;
            const flow = ((Number(change > level) | 0) - (Number(change < -level) | 0)) * money;
            const old = state[6 + place]!;
            // |f| + f and |f| - f are exactly twice the positive and the negative part: no branch on the direction
            positive -= Math.abs(old) + old;
            negative -= Math.abs(old) - old;
            state[6 + place] = flow;
            positive += Math.abs(flow) + flow;
            negative += Math.abs(flow) - flow;
            place = place === n - 1 ? 0 : place + 1;
            quiet = flow === 0 ? quiet + 1 : 0;
            if (quiet >= n) positive = negative = 0;
            count++;
            if (count === due) {
              due += every;
              positive = negative = 0;
              for (let k = 6; k < 6 + n; k++) {
                const f = state[k]!;
                positive += Math.abs(f) + f;
                negative += Math.abs(f) - f;
              }
            }
            const total = positive + negative;
            if (count <= n) out[i] = Number.NaN;
            else out[i] = total > 0 ? 100 * (Math.min(Math.max(positive, 0), total) / total) : 0;
          }
          state[0] = count;
          state[1] = previous;
          state[2] = positive;
          state[3] = negative;
          state[4] = place;
          state[5] = quiet;
        },
      },
      'mfi',
      [n, every],
      [high!, low!, close!, volume!],
      [output!],
    );
  },
});
