import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { averageRange } from './average-range.ts';

/**
 * Average true range of Wilder (1978): the true range, max(high, previous close) - min(low, previous close), Wilder-smoothed.
 * Seeded with the mean of the first `period` true ranges, as TA-Lib does.
 * Candles in, price range out; NaN for the first `period` rows. O(1) per row.
 */
export const atr = defineFeature({
  name: 'atr',
  doc: 'Average true range of Wilder',
  source: 'TA-Lib ATR; Wilder 1978',
  units: 'price',
  inputs: ['high', 'low', 'close'],
  outputs: ['atr'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => settleOf(1 / o.period),
  create: ({ period: n }, [high, low, close], [output]) => averageRange(false, n, [high!, low!, close!], output!),
});
