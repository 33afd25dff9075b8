import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

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
    return inBlocks({
      state: new Float64Array(0),
      advance(fromRow, toRow) {
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
    });
  },
});
