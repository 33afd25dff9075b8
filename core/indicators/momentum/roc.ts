import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { changeOver } from './change-over.ts';

/**
 * Rate of change over period rows, in percent: (x / x[period rows ago] - 1) × 100; 0 where the old value is 0.
 * NaN for the first `period` rows. O(1) per row.
 */
export const roc = defineFeature({
  name: 'roc',
  doc: 'Rate of change over period rows, in percent',
  source: 'TA-Lib ROC',
  units: 'percent',
  inputs: ['x'],
  outputs: ['roc'],
  options: z.object({ period: period(1, 10) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create: ({ period: n }, [input], [output]) => changeOver('percent', n, input!, output!),
});
