import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { max } from '../math/max.ts';
import { min } from '../math/min.ts';
import { pipeline, scratch } from '../math/pipeline.ts';
import { RANGE_PERIOD, rangeKernel, rangeValue } from '../math/window-range.ts';

function fromTop(n: number, highest: Column, lowest: Column, close: Column, output: Column): Kernel {
  // [rows since the close was NaN]: a window with a hole in any input is no window
  const state = new Float64Array(1);
  return {
    state,
    advance(fromRow, toRow) {
      const out = output.values;
      const ob = output.base;
      const from = (fromRow - ob) | 0;
      const to = (toRow - ob) | 0;
      const hs = highest.values;
      const hb = (highest.base - ob) | 0;
      const ls = lowest.values;
      const lb = (lowest.base - ob) | 0;
      const cs = close.values;
      const cb = (close.base - ob) | 0;
      let since = state[0]!;
      for (let i = from; i < to; i++) {
        const h = hs[(i - hb) | 0]!;
        const c = cs[(i - cb) | 0]!;
        since = !Number.isNaN(c) ? since + 1 : 0;
        const l = ls[(i - lb) | 0]!;
        out[i] = since >= n ? rangeValue('from top', h, l, c) : Number.NaN;
      }
      state[0] = since;
    },
  };
}

/**
 * Williams' %R: -100 (highest high - close) / (highest high - lowest low) over the window.
 * Candles in, -100..0 out; NaN for the first period - 1 rows. A window without range gives 0.
 */
export const willr = defineFeature({
  name: 'willr',
  doc: "Williams' %R",
  source: 'TA-Lib WILLR; Williams 1973',
  units: '-100..0',
  inputs: ['high', 'low', 'close'],
  outputs: ['willr'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  create({ period: n }, [high, low, close], [output]) {
    if (n <= RANGE_PERIOD) return rangeKernel(n, high!, low!, close!, output!, 'from top');
    const highest = scratch(0);
    const lowest = scratch(0);
    const stages = [
      max.definition.create({ period: n } as never, [high!], [highest]),
      min.definition.create({ period: n } as never, [low!], [lowest]),
      fromTop(n, highest, lowest, close!, output!),
    ];
    return pipeline(stages, [highest, lowest]);
  },
});
