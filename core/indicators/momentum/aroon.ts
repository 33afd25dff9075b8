import { z } from 'zod';
import type { Column } from '../../columns/column.ts';
import { defineFeature, period } from '../feature.ts';
import type { Kernel } from '../kernel.ts';
import { clearDeque, dequeState, frontRow, slideDeque } from '../math/extreme-deque.ts';
import { inBlocks } from '../math/in-blocks.ts';

/** Ages of the lowest low and of the highest high within the last n + 1 candles, the latest of equals, handed to `write` as 100 × (n - age) / n. */
export function aroonKernel(
  n: number,
  [high, low]: readonly Column[],
  write: (row: number, down: number, up: number) => void,
): Kernel {
  const LOW = 1;
  const HIGH = LOW + dequeState(n + 1);
  // [candles since the last NaN, deque of negated lows, deque of highs]
  const state = new Float64Array(HIGH + dequeState(n + 1));
  const factor = 100 / n;
  return inBlocks({
    state,
    advance(from, to) {
      const hs = high!.values;
      const hb = high!.base;
      const ls = low!.values;
      const lb = low!.base;
      let count = state[0]!;
      for (let i = from; i < to; i++) {
        const h = hs[i - hb]!;
        const l = ls[i - lb]!;
        if (Number.isNaN(h + l)) {
          count = 0;
          clearDeque(state, LOW);
          clearDeque(state, HIGH);
          write(i, Number.NaN, Number.NaN);
          continue;
        }
        slideDeque(state, LOW, n + 1, count, -l, false);
        slideDeque(state, HIGH, n + 1, count, h, false);
        const down = factor * (n - (count - frontRow(state, LOW, n + 1)));
        const up = factor * (n - (count - frontRow(state, HIGH, n + 1)));
        count++;
        if (count > n) write(i, down, up);
        else write(i, Number.NaN, Number.NaN);
      }
      state[0] = count;
    },
  });
}

/**
 * Aroon of Chande (1995): how recent the lowest low (down) and the highest high (up) of the last period + 1 candles are,
 * 100 × (period - age) / period.
 * Candles in, 0..100 out; NaN for the first `period` rows. Amortised O(1) per row.
 */
export const aroon = defineFeature({
  name: 'aroon',
  doc: 'Aroon: how recent the lowest low and the highest high are',
  source: 'TA-Lib AROON; Chande 1995',
  units: '0..100',
  inputs: ['high', 'low'],
  outputs: ['down', 'up'],
  options: z.object({ period: period(2, 14) }),
  args: ['period'],
  warmup: (o) => o.period,
  create({ period: n }, inputs, [downs, ups]) {
    return aroonKernel(n, inputs, (row, down, up) => {
      downs!.values[row - downs!.base] = down;
      ups!.values[row - ups!.base] = up;
    });
  },
});
