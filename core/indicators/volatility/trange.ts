import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { formulaKernel, simdFormula } from '../math/simd.ts';
import { add, constant, mul, pmax, pmin, rows, sub } from '../math/simd-code.ts';

const many = simdFormula(
  add(sub(pmax(rows(0), rows(3)), pmin(rows(1), rows(3))), mul(constant(0), add(rows(2), rows(3)))),
);

/**
 * True range of Wilder (1978): max(high, previous close) - min(low, previous close).
 * Candles in, price range out; NaN for the first row. O(1) per row.
 */
export const trange = defineFeature({
  name: 'trange',
  doc: 'True range of Wilder',
  source: 'TA-Lib TRANGE; Wilder 1978',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['trange'],
  options: z.object({}),
  args: [],
  warmup: () => 1,
  create(_, [high, low, close], [output]) {
    // [1 when the previous candle was whole, its close]
    const state = new Float64Array(2);
    const scalar = {
      state,
      advance(fromRow: number, toRow: number) {
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
        let previous = state[0] === 1 ? state[1]! : Number.NaN;
        let i = from;
        for (; i < to; i++) {
          const h = hs[(i - hb) | 0]!;
          const l = ls[(i - lb) | 0]!;
          const c = cs[(i - cb) | 0]!;
          // 0 × … brings in a NaN close
          out[i] = (h < previous ? previous : h) - (previous < l ? previous : l) + 0 * (c + previous);
          previous = c + 0 * (h + l);
        }
        state[0] = !Number.isNaN(previous) ? 1 : 0;
        state[1] = !Number.isNaN(previous) ? previous : 0;
      },
    };
    const operands = [
      [high!, 0],
      [low!, 0],
      [close!, 0],
      [close!, 1],
    ] as const;
    return formulaKernel(scalar, operands, output!, many, (end) => {
      state[0] = 1;
      state[1] = close!.values[end - 1 - close!.base]!;
    });
  },
});
