import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';

/**
 * Wilder's directional indicator (1978), plus (`isUp`) or minus: scaled quotient of the Wilder sums of directional movement and true range.
 * @returns kernel: candles in, 0..100 out; NaN for the first `n` rows. O(1) per row. An `n` of 1 gives the ratio of a single candle, as a fraction
 */
export function directionalIndicator(
  isUp: boolean,
  n: number,
  [high, low, close]: readonly [Column, Column, Column],
  output: Column,
): Kernel {
  // [candles since the last NaN (up to n + 1), directional movement, true range, previous high, low and close]
  const state = new Float64Array(6);
  return withLoop(
    {
      state,
      advance(fromRow, toRow) {
        const out = output.values;
        const ob = output.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const hs = high.values;
        const hb = (high.base - ob) | 0;
        const ls = low.values;
        const lb = (low.base - ob) | 0;
        const cs = close.values;
        const cb = (close.base - ob) | 0;
        const keep = n === 1 ? 0 : 1 - 1 / n;
        const scale = n === 1 ? 1 : 100;
        let count = state[0]!;
        let moved = state[1]!;
        let range = state[2]!;
        let ph = state[3]!;
        let pl = state[4]!;
        let pc = state[5]!;
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
          const more = isUp ? gain : loss;
          const less = isUp ? loss : gain;
          const move = (Number(more > less) | 0) * more * 0.5;
          const span = h - l + (over + Math.abs(over) + under + Math.abs(under)) * 0.5;
          ph = h;
          pl = l;
          pc = cs[(i - cb) | 0]!;
          if (count >= n) {
            moved = moved * keep + move;
            range = range * keep + span;
          } else if (count > 0) {
            moved += move;
            range += span;
          }
          count++;
          if (count > n) count = n + 1;
          out[i] = count > n ? (range > 0 ? scale * (moved / range) : 0) : Number.NaN;
          if (Number.isNaN(moved + range + h + l + pc)) {
            count = moved = range = 0;
            out[i] = Number.NaN;
          }
        }
        state[0] = count;
        state[1] = moved;
        state[2] = range;
        state[3] = ph;
        state[4] = pl;
        state[5] = pc;
      },
    },
    isUp ? 'plusDi' : 'minusDi',
    [n, n === 1 ? 0 : 1 - 1 / n, n === 1 ? 1 : 100],
    [high, low, close],
    [output],
  );
}
