import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { clearDeque, dequeState, frontRow, frontValue, slideDeque } from './extreme-deque.ts';
import { inBlocks } from './in-blocks.ts';

const DEQUE = 3;

/**
 * Row of the highest of the last `period` values, counted from the first value since the start or the last NaN.
 * Among equal values, as TA-Lib has it: a new value that is as high takes over at once; when the old one leaves the window, the earliest does.
 * NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const maxindex = defineFeature({
  name: 'maxindex',
  doc: 'Row of the highest of the last period values',
  source: 'TA-Lib MAXINDEX',
  units: 'row',
  inputs: ['x'],
  outputs: ['maxindex'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  settle: () => Number.POSITIVE_INFINITY,
  create({ period: n }, [input], [output]) {
    // [values since the last NaN, row of the highest, it, deque]
    const state = new Float64Array(DEQUE + dequeState(n));
    return inBlocks({
      state,
      advance(from, to) {
        const xs = input!.values;
        const xb = input!.base;
        const out = output!.values;
        const ob = output!.base;
        let count = state[0]!;
        let row = state[1]!;
        let best = state[2]!;
        for (let i = from; i < to; i++) {
          const x = xs[i - xb]!;
          if (Number.isNaN(x)) {
            count = 0;
            clearDeque(state, DEQUE);
            out[i - ob] = Number.NaN;
            continue;
          }
          slideDeque(state, DEQUE, n, count, x, true);
          if (count < n || row <= count - n) {
            // until the first full window TA-Lib has not looked at anything: it starts from the earliest
            row = frontRow(state, DEQUE, n);
            best = frontValue(state, DEQUE);
          } else if (x >= best) {
            row = count;
            best = x;
          }
          count++;
          out[i - ob] = count >= n ? row : Number.NaN;
        }
        state[0] = count;
        state[1] = row;
        state[2] = best;
      },
    });
  },
});
