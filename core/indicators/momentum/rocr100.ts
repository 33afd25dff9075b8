import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { changeOver } from './change-over.ts';

/**
 * Ratio of a value to the one period rows ago, times 100: 100 x / x[period rows ago]; 0 where the old value is 0.
 * NaN for the first `period` rows. O(1) per row.
 */
export const rocr100 = defineFeature({
  name: 'rocr100',
  doc: 'Ratio of a value to the one period rows ago, times 100',
  source: 'TA-Lib ROCR100',
  units: 'percent',
  inputs: ['x'],
  outputs: ['rocr100'],
  options: z.object({ period: period(1, 10) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create: ({ period: n }, [input], [output]) => changeOver('ratio × 100', n, input!, output!),
});
