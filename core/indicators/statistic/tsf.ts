import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { regressionLine } from './regression-line.ts';

/**
 * Time series forecast: the regression line one row ahead: intercept + slope × period, rows counted 0 … period - 1 from the oldest.
 * NaN for the first period - 1 rows. O(1) per row; the sums are refreshed, and then taken about a value of the window, so that they do
 * not drift.
 */
export const tsf = defineFeature({
  name: 'tsf',
  doc: 'Time series forecast: the regression line one row ahead',
  source: 'TA-Lib TSF; least squares',
  units: 'as input',
  inputs: ['x'],
  outputs: ['tsf'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period,
  create: ({ period: n }, [input], [output]) => regressionLine(n, n, input!, output!),
});
