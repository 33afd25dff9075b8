import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** Average price: the mean of open, high, low and close. Candles in, price out; no warm-up. O(1) per row. */
export const avgprice = defineFeature({
  name: 'avgprice',
  doc: 'Average price: the mean of open, high, low and close',
  source: 'TA-Lib AVGPRICE',
  units: 'price',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['avgprice'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  create(_, [open, high, low, close], [output]) {
    return inBlocks({
      state: new Float64Array(0),
      advance(from, to) {
        const os = open!.values;
        const pb = open!.base;
        const hs = high!.values;
        const hb = high!.base;
        const ls = low!.values;
        const lb = low!.base;
        const cs = close!.values;
        const cb = close!.base;
        const out = output!.values;
        const ob = output!.base;
        for (let i = from; i < to; i++) out[i - ob] = (hs[i - hb]! + ls[i - lb]! + cs[i - cb]! + os[i - pb]!) / 4;
      },
    });
  },
});
