import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

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
    return inBlocks({
      state: new Float64Array(0),
      advance(from, to) {
        const hs = high!.values;
        const hb = high!.base;
        const ls = low!.values;
        const lb = low!.base;
        const cs = close!.values;
        const cb = close!.base;
        const out = output!.values;
        const ob = output!.base;
        for (let i = from; i < to; i++) out[i - ob] = (hs[i - hb]! + ls[i - lb]! + cs[i - cb]! * 2) / 4;
      },
    });
  },
});
