import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { aroonKernel } from './aroon.ts';

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
  create({ period: n }, inputs, [output]) {
    return aroonKernel(n, inputs, (row, down, up) => {
      output!.values[row - output!.base] = up - down;
    });
  },
});
