import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { max } from '../math/max.ts';
import { min } from '../math/min.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { RANGE_PERIOD, rangeKernel } from '../math/window-range.ts';

/** The middle of two columns, row by row. */
export function middleKernel(a: Column, b: Column, output: Column): Kernel {
  return {
    state: new Float64Array(0),
    advance(fromRow, toRow) {
      const out = output.values;
      const ob = output.base;
      const from = (fromRow - ob) | 0;
      const to = (toRow - ob) | 0;
      const as = a.values;
      const ab = (a.base - ob) | 0;
      const bs = b.values;
      const bb = (b.base - ob) | 0;
      for (let i = from; i < to; i++) out[i] = (as[(i - ab) | 0]! + bs[(i - bb) | 0]!) / 2;
    },
  };
}

/**
 * Middle of the highest and the lowest of the last `period` values.
 * NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const midpoint = defineFeature({
  name: 'midpoint',
  doc: 'Middle of the highest and lowest value over the window',
  source: 'TA-Lib MIDPOINT',
  units: 'as input',
  inputs: ['x'],
  outputs: ['midpoint'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create({ period: n }, [input], [output]) {
    if (n <= RANGE_PERIOD) return rangeKernel(n, input!, input!, undefined, output!, 'middle');
    const highest = scratch(0);
    const lowest = scratch(0);
    const stages = [
      max.definition.create({ period: n } as never, [input!], [highest]),
      min.definition.create({ period: n } as never, [input!], [lowest]),
      middleKernel(highest, lowest, output!),
    ];
    return pipeline(stages, [highest, lowest]);
  },
});
