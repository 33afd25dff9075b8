import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { settleOf } from '../overlap/ema.ts';
import { createMacd } from './macd.ts';

/** A weight and its rest, derived from one another as TA-Lib does, so that they add up to exactly 1. */
function weights(fresh: number): readonly [number, number] {
  const exact = 1 - (1 - fresh);
  return [exact, 1 - exact];
}

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
    const options = { fast: 12, slow: 26, signal, fastWeights: weights(0.15), slowWeights: weights(0.075) };
    return createMacd(options, inputs, outputs);
  },
});
