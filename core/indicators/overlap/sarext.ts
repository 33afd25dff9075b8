import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { parabolicStop } from './parabolic-stop.ts';

/**
 * Parabolic stop and reverse of Wilder (1978) with all its knobs: where it starts (`startValue` > 0 long there, < 0 short there, 0 as SAR does),
 * the acceleration of either side, and `offsetOnReverse`, the fraction by which a reversal moves the stop away.
 * Candles in, price out, negative while short; NaN for the first row. O(1) per row.
 */
export const sarext = defineFeature({
  name: 'sarext',
  doc: 'Parabolic stop and reverse, extended: negative while short',
  source: 'TA-Lib SAREXT; Wilder 1978',
  units: 'price, negative while short',
  inputs: ['high', 'low'],
  outputs: ['sarext'],
  options: z.object({
    startValue: z.number().default(0),
    offsetOnReverse: z.number().min(0).default(0),
    initialLong: z.number().min(0).default(0.02),
    stepLong: z.number().min(0).default(0.02),
    maximumLong: z.number().min(0).default(0.2),
    initialShort: z.number().min(0).default(0.02),
    stepShort: z.number().min(0).default(0.02),
    maximumShort: z.number().min(0).default(0.2),
  }),
  args: ['startValue'],
  warmup: () => 1,
  settle: () => 500,
  create: (o, [high, low], [output]) => parabolicStop(o, -1, [high!, low!], output!),
});
