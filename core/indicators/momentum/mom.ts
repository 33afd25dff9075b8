import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { changeOver } from './change-over.ts';

/**
 * Momentum: the change over period rows: x - x[period rows ago].
 * NaN for the first `period` rows. O(1) per row.
 */
export const mom = defineFeature({
  name: 'mom',
  doc: 'Momentum: the change over period rows',
  source: 'TA-Lib MOM',
  units: 'as input',
  inputs: ['x'],
  outputs: ['mom'],
  options: z.object({ period: period(1, 10) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create: ({ period: n }, [input], [output]) => changeOver('difference', n, input!, output!),
});
