import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { directionalMovement } from './directional-movement.ts';

/**
 * Minus directional movement of Wilder (1978): the Wilder sum of previous low - low where that is positive and the larger of the two moves.
 * Candles in, price range out; NaN for the first period - 1 rows, at least 1. O(1) per row.
 */
export const minusDm = defineFeature({
  name: 'minus-dm',
  doc: 'Minus directional movement of Wilder',
  source: 'TA-Lib MINUS_DM; Wilder 1978',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['minusDm'],
  options: z.object({ period: period(1, 14) }),
  args: ['period'],
  warmup: (o) => Math.max(1, o.period - 1),
  settle: (o) => settleOf(1 / o.period),
  create: ({ period: n }, [high, low], [output]) => directionalMovement(false, n, high!, low!, output!),
});
