import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { max } from '../math/max.ts';
import { min } from '../math/min.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { RANGE_PERIOD, rangeKernel } from '../math/window-range.ts';
import { middleKernel } from './midpoint.ts';

/**
 * Middle of the highest high and the lowest low of the last `period` candles.
 * Candles in, price out; NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const midprice = defineFeature({
  name: 'midprice',
  doc: 'Middle of the highest high and lowest low over the window',
  source: 'TA-Lib MIDPRICE',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['midprice'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create({ period: n }, [high, low], [output]) {
    if (n <= RANGE_PERIOD) return rangeKernel(n, high!, low!, undefined, output!, 'middle');
    const highest = scratch(0);
    const lowest = scratch(0);
    const stages = [
      max.definition.create({ period: n } as never, [high!], [highest]),
      min.definition.create({ period: n } as never, [low!], [lowest]),
      middleKernel(highest, lowest, output!),
    ];
    return pipeline(stages, [highest, lowest]);
  },
});
