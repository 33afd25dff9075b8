import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { regressionLine } from './regression-line.ts';

/**
 * Start of the regression line over the window: the line at the oldest row of the window, rows counted 0 … period - 1 from the oldest.
 * NaN for the first period - 1 rows. O(1) per row; the sums are refreshed, and then taken about a value of the window, so that they do
 * not drift.
 */
export const linearregIntercept = defineFeature({
  name: 'linearreg-intercept',
  doc: 'Start of the regression line over the window',
  source: 'TA-Lib LINEARREG_INTERCEPT; least squares',
  units: 'as input',
  inputs: ['x'],
  outputs: ['linearregIntercept'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period,
  create: ({ period: n }, [input], [output]) => regressionLine(0, n, input!, output!),
});
