import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { extremeKernel } from './sliding-extreme.ts';

/** Lowest of the last `period` values. NaN for the first period - 1 rows. Amortised O(1) per row. */
export const min = defineFeature({
  name: 'min',
  doc: 'Lowest of the last period values',
  source: 'TA-Lib MIN; van Herk 1992',
  units: 'as input',
  inputs: ['x'],
  outputs: ['min'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create: ({ period: n }, [input], [output]) => extremeKernel(n, -1, input!, output!),
});
