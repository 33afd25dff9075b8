import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { changeOver } from './change-over.ts';

/**
 * Rate of change over period rows, as a fraction: (x - x[period rows ago]) / x[period rows ago]; 0 where the old value is 0.
 * NaN for the first `period` rows. O(1) per row.
 */
export const rocp = defineFeature({
  name: 'rocp',
  doc: 'Rate of change over period rows, as a fraction',
  source: 'TA-Lib ROCP',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['rocp'],
  options: z.object({ period: period(1, 10) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create: ({ period: n }, [input], [output]) => changeOver('fraction', n, input!, output!),
});
