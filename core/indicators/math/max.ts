import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { extremeKernel } from './sliding-extreme.ts';

/** Highest of the last `period` values. NaN for the first period - 1 rows. Amortised O(1) per row. */
export const max = defineFeature({
  name: 'max',
  doc: 'Highest of the last period values',
  source: 'TA-Lib MAX; van Herk 1992',
  units: 'as input',
  inputs: ['x'],
  outputs: ['max'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create: ({ period: n }, [input], [output]) => extremeKernel(n, 1, input!, output!),
});
