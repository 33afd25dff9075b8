import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/**
 * Population variance of the last `period` values.
 * Sums are taken about a shift near the window and rebuilt about its mean when the shift goes stale, so that nothing cancels.
 * NaN for the first period - 1 rows. Amortised O(1) per row. TA-Lib's second parameter (nbdev) has no effect there and is left out.
 */
export const variance = defineFeature({
  name: 'var',
  doc: 'Population variance over the window',
  source: 'TA-Lib VAR (shifted sums)',
  units: 'input squared',
  inputs: ['x'],
  outputs: ['var'],
  options: z.object({ period: period(1, 5) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create({ period: n }, [input], [output]) {
    // [values since the last NaN (up to n - 1), shift, sum of deviations, sum of their squares, rows until the next rebuild]
    const state = new Float64Array(5);
    const inverse = 1 / n;
    const turn = 32 * n;
    state[4] = turn;
    return inBlocks({
      state,
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const xs = input!.values;
        const xb = (input!.base - ob) | 0;
        let count = state[0]!;
        let shift = state[1]!;
        let sum = state[2]!;
        let squares = state[3]!;
        let left = state[4]!;
        let i = from;
        while (i < to) {
          if (count === n - 1) {
            if (count === 0 && left === turn) shift = xs[(i - xb) | 0]!;
            for (; i < to; i++) {
              const d = xs[(i - xb) | 0]! - shift;
              sum += d;
              squares += d * d;
              const mean = sum * inverse;
              let value = squares * inverse - mean * mean;
              if (Number.isNaN(value)) break;
              const old = xs[(i - xb - n + 1) | 0]! - shift;
              const square = old * old;
              sum -= old;
              squares -= square;
              left--;
              if (left <= 0 || value < 1e-6 * (squares * inverse) || square > 1e6 * squares) {
                left = turn;
                const first = i - xb - n + 1;
                let total = 0;
                for (let k = first; k <= i - xb; k++) total += xs[k]!;
                shift = total * inverse;
                sum = squares = 0;
                for (let k = first; k <= i - xb; k++) {
                  const e = xs[k]! - shift;
                  sum += e;
                  squares += e * e;
                }
                const rest = sum * inverse;
                value = squares * inverse - rest * rest;
                if (value < 1e-12 * (squares * inverse)) value = 0;
                const e = xs[first]! - shift;
                sum -= e;
                squares -= e * e;
              }
              out[i] = value;
            }
            if (i === to) break;
            count = sum = squares = 0;
            left = turn;
          } else {
            const x = xs[(i - xb) | 0]!;
            if (Number.isNaN(x)) count = sum = squares = 0;
            else {
              if (count === 0) shift = x;
              const d = x - shift;
              sum += d;
              squares += d * d;
              count++;
            }
          }
          out[i++] = Number.NaN;
        }
        state[0] = count;
        state[1] = shift;
        state[2] = sum;
        state[3] = squares;
        state[4] = left;
      },
    });
  },
});
