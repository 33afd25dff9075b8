import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { directionalIndicator } from './directional-indicator.ts';

/**
 * Plus directional indicator of Wilder (1978): 100 × smoothed plus directional movement / smoothed true range.
 * Directional movement is the larger of high - previous high and previous low - low, if positive; it and the true range are Wilder sums.
 * Candles in, 0..100 out; NaN for the first `period` rows. O(1) per row. A period of 1 gives the ratio of a single candle, as a fraction.
 */
export const plusDi = defineFeature({
  name: 'plus-di',
  doc: 'Plus directional indicator of Wilder',
  source: 'TA-Lib PLUS_DI; Wilder 1978',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['plusDi'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => settleOf(1 / o.period),
  create: ({ period: n }, [high, low, close], [output]) =>
    directionalIndicator(true, n, [high!, low!, close!], output!),
});
