import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { max } from '../math/max.ts';
import { min } from '../math/min.ts';
import { type Scratch, scratch } from '../math/pipeline.ts';
import { RANGE_PERIOD, rangeKernel, rangeValue } from '../math/window-range.ts';

/** Stages and scratch columns that compute the raw stochastic of Lane, 100 (close - lowest low) / (highest high - lowest low), into `output`. */
export function fastKStages(
  n: number,
  [high, low, close]: readonly Column[],
  output: Column,
): { stages: Kernel[]; columns: Scratch[] } {
  if (n <= RANGE_PERIOD) return { stages: [rangeKernel(n, high!, low!, close!, output, 'from bottom')], columns: [] };
  const highest = scratch(0);
  const lowest = scratch(0);
  const options = { period: n } as never;
  const stages = [
    max.definition.create(options, [high!], [highest]),
    min.definition.create(options, [low!], [lowest]),
    stochastic(n, highest, lowest, close!, output),
  ];
  return { stages, columns: [highest, lowest] };
}

function stochastic(n: number, highest: Column, lowest: Column, close: Column, output: Column): Kernel {
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
        const l = ls[(i - lb) | 0]!;
        const c = cs[(i - cb) | 0]!;
        since = !Number.isNaN(c) ? since + 1 : 0;
        out[i] = since >= n ? rangeValue('from bottom', h, l, c) : Number.NaN;
      }
      state[0] = since;
    },
  };
}
