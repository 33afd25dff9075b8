import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Pearson's correlation of the last `period` values of two series; 0 where one of them does not vary.
 * Sums are taken about a shift near the window and rebuilt about its means when a shift goes stale, so that nothing cancels.
 * -1..1 out; NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const correl = defineFeature({
  name: 'correl',
  doc: "Pearson's correlation of two series over the window",
  source: 'TA-Lib CORREL (shifted sums)',
  units: '-1..1',
  inputs: ['x', 'y'],
  outputs: ['correl'],
  options: z.object({ period: period(1, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create({ period: n }, [first, second], [output]) {
    // [values since the last NaN (up to n - 1), rows until the next rebuild, shifts of x and y, sums of x, y, x², y², xy, squares that left last]
    const state = new Float64Array(11);
    const inverse = 1 / n;
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
          let sumYY = state[7]!;
          let sumXY = state[8]!;
          let goneX = state[9]!;
          let goneY = state[10]!;
          for (let i = from; i < to; i++) {
            const xi = xs[i - xb]!;
            const yi = ys[i - yb]!;
            if (Number.isNaN(xi + yi)) {
              count = sumX = sumY = sumXX = sumYY = sumXY = goneX = goneY = 0;
              left = turn;
              out[i - ob] = Number.NaN;
              continue;
            }
            if (count === 0 && left === turn) {
              shiftX = xi;
              shiftY = yi;
            }
            const x = xi - shiftX;
            const y = yi - shiftY;
            sumX += x;
            sumY += y;
            sumXX += x * x;
            sumYY += y * y;
            sumXY += x * y;
            if (count < n - 1) {
              count++;
              out[i - ob] = Number.NaN;
              continue;
            }
            let spreadX = sumXX - sumX * sumX * inverse;
            let spreadY = sumYY - sumY * sumY * inverse;
            let common = sumXY - sumX * sumY * inverse;
            left--;
            if (
              spreadX < 1e-6 * sumXX ||
              spreadY < 1e-6 * sumYY ||
              goneX > 1e6 * sumXX ||
              goneY > 1e6 * sumYY ||
              left <= 0
            ) {
              left = turn;
              let totalX = 0;
              let totalY = 0;
              for (let k = i - n + 1; k <= i; k++) {
                totalX += xs[k - xb]!;
                totalY += ys[k - yb]!;
              }
              shiftX = totalX * inverse;
              shiftY = totalY * inverse;
              sumX = sumY = sumXX = sumYY = sumXY = 0;
              for (let k = i - n + 1; k <= i; k++) {
                const u = xs[k - xb]! - shiftX;
                const v = ys[k - yb]! - shiftY;
                sumX += u;
                sumY += v;
                sumXX += u * u;
                sumYY += v * v;
                sumXY += u * v;
              }
              spreadX = Math.max(0, sumXX - sumX * sumX * inverse);
              spreadY = Math.max(0, sumYY - sumY * sumY * inverse);
              common = sumXY - sumX * sumY * inverse;
            }
            let value = 0;
            if (spreadX > 1e-14 * sumXX && spreadY > 1e-14 * sumYY) {
              value = common / Math.sqrt(spreadX * spreadY);
              if (value > 1) value = 1;
              else if (value < -1) value = -1;
            }
            out[i - ob] = value;
            const oldX = xs[i - n + 1 - xb]! - shiftX;
            const oldY = ys[i - n + 1 - yb]! - shiftY;
            goneX = oldX * oldX;
            goneY = oldY * oldY;
            sumX -= oldX;
            sumY -= oldY;
            sumXX -= goneX;
            sumYY -= goneY;
            sumXY -= oldX * oldY;
          }
          state[0] = count;
          state[1] = left;
          state[2] = shiftX;
          state[3] = shiftY;
          state[4] = sumX;
          state[5] = sumY;
          state[6] = sumXX;
          state[7] = sumYY;
          state[8] = sumXY;
          state[9] = goneX;
          state[10] = goneY;
        },
      },
      'correl',
      [n, turn],
      [first!, second!],
      [output!],
    );
  },
});
