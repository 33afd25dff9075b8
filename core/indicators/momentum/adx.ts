import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { directionalIndex } from './directional-index.ts';

/**
 * Average directional movement index of Wilder (1978): the Wilder average of DX, seeded with the mean of the first `period` of them.
 * Directional movement is the larger of high - previous high and previous low - low, if positive; it and the true range are Wilder sums.
 * Candles in, 0..100 out; NaN for the first 2 period - 1 rows. O(1) per row. Without range or movement the last value stays.
 */
export const adx = defineFeature({
  name: 'adx',
  doc: 'Average directional movement index of Wilder',
  source: 'TA-Lib ADX; Wilder 1978',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['adx'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => 2 * o.period - 1,
  settle: (o) => 2 * settleOf(1 / o.period),
  create: ({ period: n }, [high, low, close], [output]) => directionalIndex(true, n, [high!, low!, close!], output!),
});
