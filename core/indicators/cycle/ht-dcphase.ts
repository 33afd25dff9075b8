import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { cycleKernel } from './cycle-kernel.ts';
import { cyclePhase, PHASE_STATE } from './cycle-phase.ts';
import { HILBERT_STATE } from './hilbert.ts';

const dcphase = {
  loop: 'htDcphase',
  start: 37,
  shown: 63,
  kept: PHASE_STATE,
  step(s: Float64Array, values: Float64Array) {
    cyclePhase(s, HILBERT_STATE);
    values[0] = s[HILBERT_STATE]!;
  },
} as const;

/**
 * Dominant cycle phase by the Hilbert transform: where in the dominant cycle the price stands.
 * Price in, degrees out; NaN for the first 63 rows. O(1) per row.
 */
export const htDcphase = defineFeature({
  name: 'ht-dcphase',
  doc: 'Dominant cycle phase by the Hilbert transform',
  source: 'TA-Lib HT_DCPHASE; Ehlers, Rocket Science for Traders, 2001',
  units: 'degrees',
  inputs: ['x'],
  outputs: ['htDcphase'],
  options: z.object({}),
  args: [],
  warmup: () => 63,
  lookback: () => 3,
  settle: () => 400,
  create: (_, [input], outputs) => cycleKernel(dcphase, input!, outputs),
});
