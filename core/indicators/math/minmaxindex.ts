import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { maxindex } from './maxindex.ts';
import { minindex } from './minindex.ts';
import { pipeline } from './pipeline.ts';

/**
 * Rows of the lowest and of the highest of the last `period` values, counted from the first value since the start or the last NaN.
 * NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const minmaxindex = defineFeature({
  name: 'minmaxindex',
  doc: 'Rows of the lowest and of the highest of the last period values',
  source: 'TA-Lib MINMAXINDEX',
  units: 'row',
  inputs: ['x'],
  outputs: ['minidx', 'maxidx'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  settle: () => Number.POSITIVE_INFINITY,
  create(options, [input], [lowest, highest]) {
    const stages = [
      minindex.definition.create(options as never, [input!], [lowest!]),
      maxindex.definition.create(options as never, [input!], [highest!]),
    ];
    return pipeline(stages, []);
  },
});
