import { z } from 'zod';
import { cycleKernel } from '../cycle/cycle-kernel.ts';
import { HILBERT_STATE } from '../cycle/hilbert.ts';
import { TRENDLINE_STATE, trendline } from '../cycle/trendline.ts';
import { defineFeature } from '../feature.ts';

const line = {
  loop: 'htTrendline',
  start: 37,
  shown: 63,
  kept: TRENDLINE_STATE,
  step(s: Float64Array, values: Float64Array, xs: Float64Array, at: number) {
    trendline(s, HILBERT_STATE, xs, at, values);
  },
} as const;

/**
 * Instantaneous trendline by the Hilbert transform: the mean of the price over the dominant cycle, smoothed.
 * Price in, price out; NaN for the first 63 rows. O(1) per row, at most 50 steps.
 */
export const htTrendline = defineFeature({
  name: 'ht-trendline',
  doc: 'Instantaneous trendline by the Hilbert transform',
  source: 'TA-Lib HT_TRENDLINE; Ehlers, Rocket Science for Traders, 2001',
  units: 'price',
  inputs: ['x'],
  outputs: ['htTrendline'],
  options: z.object({}),
  args: [],
  warmup: () => 63,
  lookback: () => 49,
  settle: () => 400,
  create: (_, [input], outputs) => cycleKernel(line, input!, outputs),
});
