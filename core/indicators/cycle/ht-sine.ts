import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { cycleKernel } from './cycle-kernel.ts';
import { cyclePhase, PHASE_STATE } from './cycle-phase.ts';
import { HILBERT_STATE } from './hilbert.ts';

const RADIANS = Math.atan(1) / 45;

const sine = {
  loop: 'htSine',
  start: 37,
  shown: 63,
  kept: PHASE_STATE,
  step(s: Float64Array, values: Float64Array) {
    cyclePhase(s, HILBERT_STATE);
    const phase = s[HILBERT_STATE]!;
    values[0] = Math.sin(phase * RADIANS);
    values[1] = Math.sin((phase + 45) * RADIANS);
  },
} as const;

/**
 * Sine wave indicator by the Hilbert transform: the sine of the dominant cycle phase, and of the phase 45 degrees ahead.
 * Price in, -1..1 out; NaN for the first 63 rows. O(1) per row.
 */
export const htSine = defineFeature({
  name: 'ht-sine',
  doc: 'Sine wave indicator by the Hilbert transform',
  source: 'TA-Lib HT_SINE; Ehlers, Rocket Science for Traders, 2001',
  units: '-1..1',
  inputs: ['x'],
  outputs: ['sine', 'leadSine'],
  options: z.object({}),
  args: [],
  warmup: () => 63,
  lookback: () => 3,
  settle: () => 400,
  create: (_, [input], outputs) => cycleKernel(sine, input!, outputs),
});
