import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Average gain, or what it exceeds the average loss by (`isBalance`), as a share of both, × 100; Wilder-smoothed (1978), seeded with the mean of the first `n`
 * changes, as TA-Lib does. 0 where nothing moves.
 * @returns kernel: price in; NaN for the first `n` rows. O(1) per row
 */
export function gainShare(isBalance: boolean, n: number, input: Column, output: Column): Kernel {
  // [values seen since the last NaN (up to n + 1), twice the mean gain, twice the mean loss, previous value]
  const state = new Float64Array(4);
  return withLoop(
    {
      state,
      advance(fromRow, toRow) {
        const out = output.values;
        const ob = output.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const xs = input.values;
        const xb = (input.base - ob) | 0;
        const keep = (n - 1) / n;
        const share = 1 / n;
        let count = state[0]!;
        let gain = state[1]!;
        let loss = state[2]!;
        let previous = state[3]!;
        let i = from;
        while (i < to) {
          if (count > n) {
            for (; i < to; i++) {
              const x = xs[(i - xb) | 0]!;
              const change = x - previous;
              previous = x;
              // |c| + c and |c| - c are exactly twice the gain and the loss: the direction of a price is a coin toss that a branch would lose.
              const size = Math.abs(change);
              gain = gain * keep + (size + change) * share;
              loss = loss * keep + (size - change) * share;
              const total = gain + loss;
              if (!(total > 0)) {
                if (Number.isNaN(total)) break;
                out[i] = 0;
                continue;
              }
              out[i] = 100 * ((isBalance ? gain - loss : gain) / total);
            }
            if (i === to) break;
          }
          const x = xs[(i - xb) | 0]!;
          if (count > n || Number.isNaN(x)) {
            count = gain = loss = 0;
            out[i++] = Number.NaN;
            continue;
          }
          if (count > 0) {
            const change = x - previous;
            const size = Math.abs(change);
            gain += size + change;
            loss += size - change;
          }
          previous = x;
          if (++count > n) {
            gain *= share;
            loss *= share;
          }
          const total = gain + loss;
          const value = total > 0 ? 100 * ((isBalance ? gain - loss : gain) / total) : 0;
          out[i++] = count > n ? value : Number.NaN;
        }
        state[0] = count;
        state[1] = gain;
        state[2] = loss;
        state[3] = previous;
      },
    },
    isBalance ? 'cmo' : 'rsi',
    [n, (n - 1) / n, 1 / n],
    [input],
    [output],
  );
}
