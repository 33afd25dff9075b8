import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** Typical price: the mean of high, low and close. Candles in, price out; no warm-up. O(1) per row. */
export const typprice = defineFeature({
  name: 'typprice',
  doc: 'Typical price: the mean of high, low and close',
  source: 'TA-Lib TYPPRICE',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['typprice'],
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
        for (let i = from; i < to; i++) out[i - ob] = (hs[i - hb]! + ls[i - lb]! + cs[i - cb]!) / 3;
      },
    });
  },
});
