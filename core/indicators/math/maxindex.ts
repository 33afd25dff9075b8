import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { extremeRowKernel } from './extreme-row.ts';

/**
 * Row of the highest of the last `period` values, counted from the first value since the start or the last NaN.
 * Among equal values, as TA-Lib has it: a new value that is as high takes over at once; when the old one leaves the window, the earliest does.
 * NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const maxindex = defineFeature({
  name: 'maxindex',
  doc: 'Row of the highest of the last period values',
  source: 'TA-Lib MAXINDEX; van Herk 1992',
  units: 'row',
  inputs: ['x'],
  outputs: ['maxindex'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  settle: () => Number.POSITIVE_INFINITY,
  create: ({ period: n }, [input], [output]) => extremeRowKernel(n, 1, input!, output!),
});
