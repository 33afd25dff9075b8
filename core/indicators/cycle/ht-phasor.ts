import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { cycleKernel } from './cycle-kernel.ts';
import { IN_PHASE, QUADRATURE } from './hilbert.ts';

const phasor = {
  loop: 'htPhasor',
  start: 12,
  shown: 32,
  kept: 0,
  step(s: Float64Array, values: Float64Array) {
    values[0] = s[IN_PHASE]!;
    values[1] = s[QUADRATURE]!;
  },
} as const;

/**
 * Phasor components by the Hilbert transform: the in-phase and quadrature parts of the detrended price.
 * Price in, as input out; NaN for the first 32 rows. O(1) per row.
 */
export const htPhasor = defineFeature({
  name: 'ht-phasor',
  doc: 'Phasor components by the Hilbert transform',
  source: 'TA-Lib HT_PHASOR; Ehlers, Rocket Science for Traders, 2001',
  units: 'as input',
  inputs: ['x'],
  outputs: ['inPhase', 'quadrature'],
  options: z.object({}),
  args: [],
  warmup: () => 32,
  lookback: () => 3,
  settle: () => 400,
  create: (_, [input], outputs) => cycleKernel(phasor, input!, outputs),
});
