import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { pipeline } from './pipeline.ts';

/**
 * Lowest and highest of the last `period` values.
 * NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const minmax = defineFeature({
  name: 'minmax',
  doc: 'Lowest and highest of the last period values',
  source: 'TA-Lib MINMAX',
  units: 'as input',
  inputs: ['x'],
  outputs: ['min', 'max'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create(options, [input], [lowest, highest]) {
    const stages = [
      min.definition.create(options as never, [input!], [lowest!]),
      max.definition.create(options as never, [input!], [highest!]),
    ];
    return pipeline(stages, []);
  },
});
