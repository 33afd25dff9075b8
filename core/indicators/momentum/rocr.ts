import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { changeOver } from './change-over.ts';

/**
 * Ratio of a value to the one period rows ago: x / x[period rows ago]; 0 where the old value is 0.
 * NaN for the first `period` rows. O(1) per row.
 */
export const rocr = defineFeature({
  name: 'rocr',
  doc: 'Ratio of a value to the one period rows ago',
  source: 'TA-Lib ROCR',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['rocr'],
  options: z.object({ period: period(1, 10) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create: ({ period: n }, [input], [output]) => changeOver('ratio', n, input!, output!),
});
