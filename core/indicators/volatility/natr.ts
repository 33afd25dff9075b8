import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { averageRange } from './average-range.ts';

/**
 * Normalised average true range: 100 × ATR / close, so that pairs of any price compare. 0 where the close is 0.
 * A period of 1 is 100 × true range / close; TA-Lib gives the bare true range there.
 * Candles in, percent out; NaN for the first `period` rows. O(1) per row.
 */
export const natr = defineFeature({
  name: 'natr',
  doc: 'Average true range in percent of the close',
  source: 'TA-Lib NATR; Forman 2006',
  units: 'percent',
  inputs: ['high', 'low', 'close'],
  outputs: ['natr'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  settle: (o) => settleOf(1 / o.period),
  create: ({ period: n }, [high, low, close], [output]) => averageRange(true, n, [high!, low!, close!], output!),
});
