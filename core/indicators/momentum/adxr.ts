import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { settleOf } from '../overlap/ema.ts';
import { adx } from './adx.ts';

function meanWithEarlier(rows: number, input: Column, output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      const xs = input.values;
      const xb = input.base;
      for (let i = from; i < to; i++) output.values[i - output.base] = (xs[i - xb]! + xs[i - xb - rows]!) / 2;
    },
  };
}

/**
 * Average directional movement rating of Wilder (1978): the mean of the ADX and of the ADX period - 1 rows before.
 * Candles in, 0..100 out; NaN for the first 3 period - 2 rows. O(1) per row.
 */
export const adxr = defineFeature({
  name: 'adxr',
  doc: 'Average directional movement rating of Wilder',
  source: 'TA-Lib ADXR; Wilder 1978',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['adxr'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => 3 * o.period - 2,
  settle: (o) => 2 * settleOf(1 / o.period) + o.period,
  create({ period: n }, inputs, [output]) {
    const index = scratch(n - 1);
    const stages = [
      adx.definition.create({ period: n } as never, inputs, [index]),
      meanWithEarlier(n - 1, index, output!),
    ];
    return pipeline(stages, [index]);
  },
});
