import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';
import { refreshEvery } from '../math/refresh.ts';
import { settleOf } from './ema.ts';

const SLOWEST = 2 / 31;
const SPAN = 2 / 3 - SLOWEST;

/**
 * Kaufman's adaptive moving average: an exponential average whose weight goes with the square of the efficiency ratio,
 * |change over the period| / sum of |one-row changes|, between those of 2 and of 30 rows.
 * Price in, price out; NaN for the first `period` rows (a period of 1 copies its input). O(1) per row.
 */
export const kama = defineFeature({
  name: 'kama',
  version: 2,
  doc: "Kaufman's adaptive moving average",
  source: 'TA-Lib KAMA; Kaufman 1995',
  units: 'as input',
  inputs: ['x'],
  outputs: ['kama'],
  options: z.object({ period: period(1, 30) }),
  args: ['period'],
  warmup: (o) => (o.period === 1 ? 0 : o.period),
  lookback: (o) => o.period + 1,
  settle: () => settleOf(SLOWEST * SLOWEST),
  create({ period: n }, [input], [output]) {
    // [values since the last NaN, sum of one-row changes, average, rows in a row without change]
    const state = new Float64Array(4);
    const every = refreshEvery(n, 1);
    return withLoop(
      {
        state,
        advance(fromRow, toRow) {
          const out = output!.values;
          const ob = output!.base;
          const from = (fromRow - ob) | 0;
          const to = (toRow - ob) | 0;
          const xs = input!.values;
          const xb = (input!.base - ob) | 0;
          let count = state[0]!;
          let travel = state[1]!;
          let mean = state[2]!;
          let quiet = state[3]!;
          let i = from;
          if (n === 1) {
            for (; i < to; i++) out[i] = xs[(i - xb) | 0]!;
            return;
          }
          while (i < to) {
            if (count > n) {
              const begin = i;
              const stop = Math.min(to, i + every - (count % every));
              for (; i < stop; i++) {
                const at = (i - xb) | 0;
                const x = xs[at]!;
                const first = xs[(at - n) | 0]!;
                const move = Math.abs(x - xs[(at - 1) | 0]!);
                travel += move - Math.abs(xs[(at - n - 1) | 0]! - first);
                // a window without any change has travelled exactly nothing, whatever rounding left in the sum
                quiet = (quiet + 1) * (Number(move === 0) | 0);
                if (quiet >= n) travel = 0;
                const way = x - first;
                const efficiency = travel <= 0 || travel <= way ? 1 : Math.abs(way / travel);
                const root = efficiency * SPAN + SLOWEST;
                mean = (x - mean) * (root * root) + mean;
                if (Number.isNaN(mean)) break;
                out[i] = mean;
              }
              count += i - begin;
              if (i === stop) {
                if (count % every === 0) {
                  travel = 0;
                  for (let k = i - xb - n; k < i - xb; k++) travel += Math.abs(xs[k]! - xs[k - 1]!);
                }
                continue;
              }
            }
            const x = xs[(i - xb) | 0]!;
            if (count > n || Number.isNaN(x)) count = travel = mean = quiet = 0;
            else {
              const move = count > 0 ? Math.abs(x - xs[(i - xb - 1) | 0]!) : 0;
              travel += move;
              quiet = count > 0 && move === 0 ? quiet + 1 : 0;
              count++;
              if (count > n) {
                const way = x - xs[(i - xb - n) | 0]!;
                const efficiency = travel <= 0 || travel <= way ? 1 : Math.abs(way / travel);
                const root = efficiency * SPAN + SLOWEST;
                const previous = xs[(i - xb - 1) | 0]!;
                mean = (x - previous) * (root * root) + previous;
              }
            }
            out[i++] = count > n ? mean : Number.NaN;
          }
          state[0] = count;
          state[1] = travel;
          state[2] = mean;
          state[3] = quiet;
        },
      },
      'kama',
      [n, every, SLOWEST, SPAN],
      [input!],
      [output!],
    );
  },
});
