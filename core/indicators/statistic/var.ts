import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { varianceKernel } from './variance-kernel.ts';

/**
 * Population variance of the last `period` values.
 * Sums are taken about a shift near the window and rebuilt about its mean when the shift goes stale, so that nothing cancels.
 * NaN for the first period - 1 rows. Amortised O(1) per row. TA-Lib's second parameter (nbdev) has no effect there and is left out.
 */
export const variance = defineFeature({
  name: 'var',
  doc: 'Population variance over the window',
  source: 'TA-Lib VAR (shifted sums)',
  units: 'input squared',
  inputs: ['x'],
  outputs: ['var'],
  options: z.object({ period: period(1, 5) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create: ({ period: n }, [input], [output]) => varianceKernel(n, undefined, input!, output!),
});
