import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { gainShare } from './gain-share.ts';

/**
 * Chande momentum oscillator: 100 × (average gain - average loss) / (average gain + average loss), Wilder-smoothed as TA-Lib has it.
 * Seeded with the simple mean of the first `period` changes, as TA-Lib does. 0 where nothing has moved.
 * Price in, -100..100 out; NaN for the first `period` rows. O(1) per row.
 */
export const cmo = defineFeature({
  name: 'cmo',
  doc: 'Chande momentum oscillator (Wilder-smoothed)',
  source: 'TA-Lib CMO; Chande 1994',
  units: '-100..100',
  inputs: ['x'],
  outputs: ['cmo'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: () => 1,
  settle: (o) => settleOf(1 / o.period),
  create: ({ period: n }, [input], [output]) => gainShare(true, n, input!, output!),
});
