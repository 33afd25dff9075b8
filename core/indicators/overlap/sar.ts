import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { parabolicStop } from './parabolic-stop.ts';

/**
 * Parabolic stop and reverse of Wilder (1978). The first row is only consumed: the second starts long unless the low fell by more than the
 * high rose, with the first row's extreme as its stop.
 * Candles in, price out; NaN for the first row. O(1) per row.
 */
export const sar = defineFeature({
  name: 'sar',
  doc: 'Parabolic stop and reverse of Wilder',
  source: 'TA-Lib SAR; Wilder 1978',
  units: 'price',
  inputs: ['high', 'low'],
  outputs: ['sar'],
  options: z.object({ acceleration: z.number().min(0).default(0.02), maximum: z.number().min(0).default(0.2) }),
  args: ['acceleration', 'maximum'],
  warmup: () => 1,
  settle: () => 500,
  create({ acceleration: step, maximum }, [high, low], [output]) {
    const options = {
      startValue: 0,
      offsetOnReverse: 0,
      initialLong: step,
      stepLong: step,
      maximumLong: maximum,
      initialShort: step,
      stepShort: step,
      maximumShort: maximum,
    };
    return parabolicStop(options, 1, [high!, low!], output!);
  },
});
