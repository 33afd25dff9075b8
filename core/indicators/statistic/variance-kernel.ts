import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Population variance of the last `n` values, or with `deviations` so many standard deviations.
 * Sums are taken about a shift near the window and rebuilt about its mean when the shift goes stale, so that nothing cancels.
 * NaN for the first n - 1 rows. Amortised O(1) per row; looks back n - 1 rows.
 */
export function varianceKernel(n: number, deviations: number | undefined, input: Column, output: Column): Kernel {
  // [values since the last NaN (up to n - 1), shift, sum of deviations, sum of their squares, rows until the next rebuild, deviation that leaves next]
  const state = new Float64Array(6);
  const inverse = 1 / n;
  const turn = 32 * n;
  const isRoot = deviations !== undefined;
  const factor = deviations ?? 1;
  state[4] = turn;
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
        let count = state[0]!;
        let shift = state[1]!;
        let sum = state[2]!;
        let squares = state[3]!;
        let left = state[4]!;
        let leaving = state[5]!;
        let i = from;
        while (i < to) {
          if (count === n - 1) {
            if (count === 0 && left === turn) shift = xs[(i - xb) | 0]!;
            const begin = i;
            // the row that ends the turn is rebuilt
            const stop = Math.min(to, i + Math.max(1, left)) | 0;
            let value = 0;
            for (; i < stop; i++) {
              const d = xs[(i - xb) | 0]! - shift;
              const gone = leaving * leaving;
              sum += d - leaving;
              squares += d * d - gone;
              const mean = sum * inverse;
              const square = squares * inverse;
              value = square - mean * mean;
              // false for NaN, too
              if (!(value >= 1e-6 * square && gone <= 1e6 * squares)) break;
              leaving = xs[(i - xb - n + 1) | 0]! - shift;
              out[i] = isRoot ? Math.sqrt(value) * factor : value;
            }
            left -= i - begin;
            if (i < stop && Number.isNaN(value)) {
              count = sum = squares = leaving = 0;
              left = turn;
              out[i++] = Number.NaN;
              continue;
            }
            if (i === stop && left > 0) continue;
            // rebuilt at the row that was found stale, or at the last one written
            if (i === stop) i--;
            left = turn;
            const first = (i - xb - n + 1) | 0;
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
            const square = squares * inverse;
            value = square - rest * rest;
            if (value < 1e-12 * square) value = 0;
            leaving = xs[first]! - shift;
            out[i++] = isRoot ? Math.sqrt(value) * factor : value;
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
            out[i++] = Number.NaN;
          }
        }
        state[0] = count;
        state[1] = shift;
        state[2] = sum;
        state[3] = squares;
        state[4] = left;
        state[5] = leaving;
      },
    },
    isRoot ? 'stddev' : 'variance',
    [n, turn, factor],
    [input],
    [output],
  );
}
