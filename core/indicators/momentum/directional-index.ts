import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';
import { isZero } from '../math/refresh.ts';

/**
 * Wilder's directional movement index (1978), 100 × |plus DI - minus DI| / (plus DI + minus DI), or its Wilder average (`isMean`), seeded with the mean of the
 * first `n`. Without range or movement the last value stays.
 * @returns kernel: candles in, 0..100 out; NaN for the first `n` rows, 2 n - 1 of the average. O(1) per row
 */
export function directionalIndex(
  isMean: boolean,
  n: number,
  [high, low, close]: readonly [Column, Column, Column],
  output: Column,
): Kernel {
  const warm = isMean ? 2 * n - 1 : n;
  // [candles since the last NaN (up to warm + 1), plus and minus movement, true range, previous high, low and close, the last DX, or the sum of them and then their average]
  const state = new Float64Array(8);
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
              value = !isMean ? dx : count > warm ? value * keep + dx / n : value + dx;
            }
            if (count <= warm) {
              count++;
              if (isMean && count > warm) value /= n;
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
    isMean ? 'adx' : 'dx',
    [n, 1 - 1 / n],
    [high, low, close],
    [output],
  );
}
