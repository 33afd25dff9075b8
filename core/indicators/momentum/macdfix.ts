import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { createMacd } from './macd.ts';

/**
 * MACD with Appel's fixed weights, 0.15 for the 12-row and 0.075 for the 26-row average.
 * Price in, price differences out; NaN for the first 24 + signal rows. O(1) per row.
 */
export const macdfix = defineFeature({
  name: 'macdfix',
  doc: 'MACD 12/26 with the fixed weights 0.15 and 0.075',
  source: 'TA-Lib MACDFIX; Appel 1979',
  units: 'as input',
  inputs: ['x'],
  outputs: ['macd', 'signal', 'hist'],
  options: z.object({ signal: period(1, 9) }),
  args: ['signal'],
  warmup: (o) => 24 + o.signal,
  settle: (o) => settleOf(0.075) + settleOf(2 / (o.signal + 1)),
  create({ signal }, inputs, outputs) {
    const options = { fast: 12, slow: 26, signal, fastWeights: [0.15, 0.85], slowWeights: [0.075, 0.925] } as const;
    return createMacd(options, inputs, outputs);
  },
});
