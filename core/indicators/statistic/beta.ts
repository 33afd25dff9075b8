import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';

/** TA-Lib's rule for "as good as zero". */
const ZERO = 1e-14;

/** One-row return; 0 where the old price is as good as zero. */
function change(now: number, before: number): number {
  return before < ZERO && before > -ZERO ? 0 : (now - before) / before;
}

/**
 * Beta: slope of the regression of the second series' one-row returns on the first one's over the window; 0 where the first does not vary.
 * Sums are taken about a shift near the window and rebuilt about its means when a shift goes stale, so that nothing cancels.
 * NaN for the first `period` rows. Amortised O(1) per row.
 */
export const beta = defineFeature({
  name: 'beta',
  doc: "Slope of the second series' returns on the first one's over the window",
  source: 'TA-Lib BETA (shifted sums)',
  units: 'ratio',
  inputs: ['x', 'y'],
  outputs: ['beta'],
  options: z.object({ period: period(1, 5) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create({ period: n }, [first, second], [output]) {
    // [values since the last NaN (up to n), rows until the next rebuild, shifts of x and y, sums of x, y, x², xy, square that left last]
    const state = new Float64Array(9);
    const turn = 32 * n;
    state[1] = turn;
    return withLoop(
      {
        state,
        advance(from, to) {
          const xs = first!.values;
          const xb = first!.base;
          const ys = second!.values;
          const yb = second!.base;
          const out = output!.values;
          const ob = output!.base;
          let count = state[0]!;
          let left = state[1]!;
          let shiftX = state[2]!;
          let shiftY = state[3]!;
          let sumX = state[4]!;
          let sumY = state[5]!;
          let sumXX = state[6]!;
          let sumXY = state[7]!;
          let gone = state[8]!;
          for (let i = from; i < to; i++) {
            const xi = xs[i - xb]!;
            const yi = ys[i - yb]!;
            if (Number.isNaN(xi + yi)) {
              count = sumX = sumY = sumXX = sumXY = gone = 0;
              left = turn;
              out[i - ob] = Number.NaN;
              continue;
            }
            if (count === 0) {
              count = 1;
              out[i - ob] = Number.NaN;
              continue;
            }
            const returnX = change(xi, xs[i - 1 - xb]!);
            const returnY = change(yi, ys[i - 1 - yb]!);
            if (count === 1 && left === turn) {
              shiftX = returnX;
              shiftY = returnY;
            }
            const x = returnX - shiftX;
            const y = returnY - shiftY;
            sumX += x;
            sumY += y;
            sumXX += x * x;
            sumXY += x * y;
            if (count < n) {
              count++;
              out[i - ob] = Number.NaN;
              continue;
            }
            let scale = n * sumXX;
            let spread = scale - sumX * sumX;
            left--;
            if (spread < 1e-6 * scale || gone > 1e3 * sumXX || left <= 0) {
              left = turn;
              let totalX = 0;
              let totalY = 0;
              // `change` written out: in a part that is rarely reached V8 calls it, and its numbers go to the heap
              for (let k = i - n + 1; k <= i; k++) {
                const u = xs[k - 1 - xb]!;
                const v = ys[k - 1 - yb]!;
                totalX += u < ZERO && u > -ZERO ? 0 : (xs[k - xb]! - u) / u;
                totalY += v < ZERO && v > -ZERO ? 0 : (ys[k - yb]! - v) / v;
              }
              shiftX = totalX / n;
              shiftY = totalY / n;
              sumX = sumY = sumXX = sumXY = 0;
              for (let k = i - n + 1; k <= i; k++) {
                const p = xs[k - 1 - xb]!;
                const q = ys[k - 1 - yb]!;
                const u = (p < ZERO && p > -ZERO ? 0 : (xs[k - xb]! - p) / p) - shiftX;
                const v = (q < ZERO && q > -ZERO ? 0 : (ys[k - yb]! - q) / q) - shiftY;
                sumX += u;
                sumY += v;
                sumXX += u * u;
                sumXY += u * v;
              }
              scale = n * sumXX;
              spread = Math.max(0, scale - sumX * sumX);
            }
            out[i - ob] = spread > 1e-14 * scale ? (n * sumXY - sumX * sumY) / spread : 0;
            const oldX = change(xs[i - n + 1 - xb]!, xs[i - n - xb]!) - shiftX;
            const oldY = change(ys[i - n + 1 - yb]!, ys[i - n - yb]!) - shiftY;
            gone = oldX * oldX;
            sumX -= oldX;
            sumY -= oldY;
            sumXX -= gone;
            sumXY -= oldX * oldY;
          }
          state[0] = count;
          state[1] = left;
          state[2] = shiftX;
          state[3] = shiftY;
          state[4] = sumX;
          state[5] = sumY;
          state[6] = sumXX;
          state[7] = sumXY;
          state[8] = gone;
        },
      },
      'beta',
      [n, turn],
      [first!, second!],
      [output!],
    );
  },
});
