import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** Wilder's directional movement (1978), plus (`isUp`) or minus. @returns kernel: highs and lows in, a Wilder sum of prices out; NaN for the first `n` - 1 rows */
export function directionalMovement(isUp: boolean, n: number, high: Column, low: Column, output: Column): Kernel {
  const warm = Math.max(1, n - 1);
  // [candles since the last NaN (up to warm + 1), directional movement, previous high and low]
  const state = new Float64Array(4);
  return inBlocks({
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
      const keep = 1 - 1 / n;
      let count = state[0]!;
      let moved = state[1]!;
      let ph = state[2]!;
      let pl = state[3]!;
      for (let i = from; i < to; i++) {
        const h = hs[(i - hb) | 0]!;
        const l = ls[(i - lb) | 0]!;
        const up = h - ph;
        const down = pl - l;
        // max(x, 0) is (x + |x|) / 2: no branch on what is a coin toss
        const gain = up + Math.abs(up);
        const loss = down + Math.abs(down);
        const more = isUp ? gain : loss;
        const less = isUp ? loss : gain;
        const move = (Number(more > less) | 0) * more * 0.5;
        ph = h;
        pl = l;
        if (count > warm) moved = moved * keep + move;
        else if (count > 0) {
          moved += move;
          count++;
        } else count = 1;
        out[i] = count > warm ? moved : Number.NaN;
        if (Number.isNaN(moved + h + l)) {
          count = moved = 0;
          out[i] = Number.NaN;
        }
      }
      state[0] = count;
      state[1] = moved;
      state[2] = ph;
      state[3] = pl;
    },
  });
}
