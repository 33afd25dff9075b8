import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { directionalIndicator } from './directional-indicator.ts';

/**
 * Minus directional indicator of Wilder (1978): 100 × smoothed minus directional movement / smoothed true range.
 * Directional movement is the larger of high - previous high and previous low - low, if positive; it and the true range are Wilder sums.
 * Candles in, 0..100 out; NaN for the first `period` rows. O(1) per row. A period of 1 gives the ratio of a single candle, as a fraction.
 */
export const minusDi = defineFeature({
  name: 'minus-di',
  doc: 'Minus directional indicator of Wilder',
  source: 'TA-Lib MINUS_DI; Wilder 1978',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['minusDi'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => settleOf(1 / o.period),
  create: ({ period: n }, [high, low, close], [output]) =>
    directionalIndicator(false, n, [high!, low!, close!], output!),
});
