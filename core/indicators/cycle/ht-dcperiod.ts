import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { cycleKernel } from './cycle-kernel.ts';
import { SMOOTH_PERIOD } from './hilbert.ts';

const dcperiod = {
  loop: 'htDcperiod',
  start: 12,
  shown: 32,
  kept: 0,
  step(s: Float64Array, values: Float64Array) {
    values[0] = s[SMOOTH_PERIOD]!;
  },
} as const;

/**
 * Dominant cycle period by the Hilbert transform: the length of the strongest cycle, 6 to 50 rows.
 * Price in, rows out; NaN for the first 32 rows. O(1) per row.
 */
export const htDcperiod = defineFeature({
  name: 'ht-dcperiod',
  doc: 'Dominant cycle period by the Hilbert transform',
  source: 'TA-Lib HT_DCPERIOD; Ehlers, Rocket Science for Traders, 2001',
  units: 'rows',
  inputs: ['x'],
  outputs: ['htDcperiod'],
  options: z.object({}),
  args: [],
  warmup: () => 32,
  lookback: () => 3,
  settle: () => 400,
  create: (_, [input], outputs) => cycleKernel(dcperiod, input!, outputs),
});
