import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { formulaKernel, simdFormula } from '../math/simd.ts';
import { add, constant, mul, rows } from '../math/simd-code.ts';

const many = simdFormula(mul(add(rows(0), rows(1)), constant(0.5)));

/** Median price: the middle of high and low. Candles in, price out; no warm-up. O(1) per row. */
export const medprice = defineFeature({
  name: 'medprice',
  doc: 'Median price: the middle of high and low',
  source: 'TA-Lib MEDPRICE',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['medprice'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  create(_, [high, low], [output]) {
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
        // columns that lie alike, as in a backtest, need one index only: a third faster
        if ((hb | lb) === 0) for (let i = from; i < to; i++) out[i] = (hs[i]! + ls[i]!) / 2;
        else for (let i = from; i < to; i++) out[i] = (hs[(i - hb) | 0]! + ls[(i - lb) | 0]!) / 2;
      },
    };
    const operands = [
      [high!, 0],
      [low!, 0],
    ] as const;
    return formulaKernel(scalar, operands, output!, many);
  },
});
