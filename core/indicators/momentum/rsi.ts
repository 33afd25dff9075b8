import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { gainShare } from './gain-share.ts';

/**
 * Relative strength index: 100 × average gain / (average gain + average loss), Wilder-smoothed (New Concepts in Technical Trading Systems, 1978).
 * Seeded with the simple mean of the first `period` changes, as TA-Lib does. 0 where nothing has moved.
 * Price in, 0..100 out; NaN for the first `period` rows. O(1) per row.
 */
export const rsi = defineFeature({
  name: 'rsi',
  doc: 'Relative strength index of Wilder',
  source: 'TA-Lib RSI; Wilder 1978',
  units: '0..100',
  inputs: ['x'],
  outputs: ['rsi'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: () => 1,
  settle: (o) => settleOf(1 / o.period),
  create: ({ period: n }, [input], [output]) => gainShare(false, n, input!, output!),
});
