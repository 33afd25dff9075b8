import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { varianceKernel } from './variance-kernel.ts';

/**
 * Population standard deviation of the last `period` values, times `deviations`.
 * Sums are taken about a shift near the window and rebuilt about its mean when the shift goes stale, so that nothing cancels.
 * NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const stddev = defineFeature({
  name: 'stddev',
  doc: 'Population standard deviation over the window',
  source: 'TA-Lib STDDEV (shifted sums)',
  units: 'as input',
  inputs: ['x'],
  outputs: ['stddev'],
  options: z.object({ period: period(2, 5), deviations: z.number().default(1) }),
  args: ['period', 'deviations'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create: ({ period: n, deviations }, [input], [output]) => varianceKernel(n, deviations, input!, output!),
});
