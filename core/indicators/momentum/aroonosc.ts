import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { withLoop } from '../loops/with-loop.ts';
import { SCAN_PERIOD } from '../math/extreme-row.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { aroonKernel } from './aroon.ts';

function difference(up: Column, down: Column, output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(from, to) {
      for (let i = from; i < to; i++)
        output.values[i - output.base] = up.values[i - up.base]! - down.values[i - down.base]!;
    },
  };
}

/**
 * Aroon oscillator: Aroon up - Aroon down.
 * Candles in, -100..100 out; NaN for the first `period` rows. Amortised O(1) per row.
 */
export const aroonosc = defineFeature({
  name: 'aroonosc',
  doc: 'Aroon oscillator: Aroon up - Aroon down',
  source: 'TA-Lib AROONOSC; Chande 1995',
  units: '-100..100',
  inputs: ['high', 'low'],
  outputs: ['aroonosc'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create({ period: n }, inputs, [output]) {
    const down = scratch(0);
    const up = scratch(0);
    const kernel = pipeline([aroonKernel(n, inputs, down, up), difference(up, down, output!)], [down, up]);
    return n < SCAN_PERIOD ? withLoop(kernel, 'aroonosc', [n], inputs, [output!]) : kernel;
  },
});
