import { z } from 'zod';
import { period } from '../feature.ts';
import { logRatio } from './arithmetic.ts';
import { defineRows } from './row-feature.ts';
import { Delay } from './smoothing.ts';

/** Log return over `lag` rows: ln(x / x[lag ago]); 0 unless both are positive. */
export const logReturn = defineRows({
  name: 'log-return',
  doc: 'Log return over lag rows',
  source: 'ln(x / x[lag])',
  units: 'log return',
  inputs: ['x'],
  outputs: ['ret'],
  options: z.object({ lag: period(1, 1) }),
  args: ['lag'],
  warmup: (o) => o.lag,
  rows({ lag }, memory) {
    const before = memory.own(new Delay(lag));
    return (k, x) => {
      const old = before.push(x);
      return k < lag ? Number.NaN : logRatio(x, old);
    };
  },
});
