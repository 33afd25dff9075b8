import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { directionalIndex } from './directional-index.ts';

/**
 * Directional movement index of Wilder (1978): 100 × |plus DI - minus DI| / (plus DI + minus DI).
 * Directional movement is the larger of high - previous high and previous low - low, if positive; it and the true range are Wilder sums.
 * Candles in, 0..100 out; NaN for the first `period` rows. O(1) per row. Without range or movement the last value stays.
 */
export const dx = defineFeature({
  name: 'dx',
  doc: 'Directional movement index of Wilder',
  source: 'TA-Lib DX; Wilder 1978',
  units: '0..100',
  inputs: ['high', 'low', 'close'],
  outputs: ['dx'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => settleOf(1 / o.period),
  create: ({ period: n }, [high, low, close], [output]) => directionalIndex(false, n, [high!, low!, close!], output!),
});
