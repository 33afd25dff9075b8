import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { formulaKernel, simdFormula } from '../math/simd.ts';
import { add, constant, mul, rows } from '../math/simd-code.ts';

const many = simdFormula(mul(add(add(rows(0), rows(1)), mul(rows(2), constant(2))), constant(0.25)));

/** Weighted close price: the mean of high, low and twice the close. Candles in, price out; no warm-up. O(1) per row. */
export const wclprice = defineFeature({
  name: 'wclprice',
  doc: 'Weighted close price: the mean of high, low and twice the close',
  source: 'TA-Lib WCLPRICE',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['wclprice'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  create(_, [high, low, close], [output]) {
    const scalar = {
      state: new Float64Array(0),
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
        // columns that lie alike, as in a backtest, need one index only: a third faster
        if ((cb | hb | lb) === 0) for (let i = from; i < to; i++) out[i] = (hs[i]! + ls[i]! + cs[i]! * 2) / 4;
        else
          for (let i = from; i < to; i++) out[i] = (hs[(i - hb) | 0]! + ls[(i - lb) | 0]! + cs[(i - cb) | 0]! * 2) / 4;
      },
    };
    const operands = [
      [high!, 0],
      [low!, 0],
      [close!, 0],
    ] as const;
    return formulaKernel(scalar, operands, output!, many);
  },
});
