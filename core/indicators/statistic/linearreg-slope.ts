import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { regressionLine } from './regression-line.ts';

/**
 * Slope of the regression line over the window: the least-squares slope per row, rows counted 0 … period - 1 from the oldest.
 * NaN for the first period - 1 rows. O(1) per row; the sums are refreshed, and then taken about a value of the window, so that they do
 * not drift.
 */
export const linearregSlope = defineFeature({
  name: 'linearreg-slope',
  doc: 'Slope of the regression line over the window',
  source: 'TA-Lib LINEARREG_SLOPE; least squares',
  units: 'as input per row',
  inputs: ['x'],
  outputs: ['linearregSlope'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period,
  create: ({ period: n }, [input], [output]) => regressionLine('slope', n, input!, output!),
});
