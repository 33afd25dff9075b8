import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { clearExtreme, closeBlock, extremeState } from './block-extreme.ts';
import { extremeRowKernel, SCAN_PERIOD } from './extreme-row.ts';
import { inBlocks } from './in-blocks.ts';

const BLOCKS = 4;

/**
 * Row of the lowest of the last `period` values, counted from the first value since the start or the last NaN.
 * Among equal values, as TA-Lib has it: a new value that is as low takes over at once; when the old one leaves the window, the earliest does.
 * NaN for the first period - 1 rows. Amortised O(1) per row.
 */
export const minindex = defineFeature({
  name: 'minindex',
  doc: 'Row of the lowest of the last period values',
  source: 'TA-Lib MININDEX; van Herk 1992',
  units: 'row',
  inputs: ['x'],
  outputs: ['minindex'],
  options: z.object({ period: period(2, 30) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  lookback: (o) => o.period - 1,
  settle: () => Number.POSITIVE_INFINITY,
  create({ period: n }, [input], [output]) {
    if (n <= SCAN_PERIOD) return extremeRowKernel(n, -1, input!, output!);
    // [values since the last NaN, place within the block, row of the lowest, it, negated, blocks]
    const state = new Float64Array(BLOCKS + extremeState(n));
    clearExtreme(state, BLOCKS);
    const tails = BLOCKS + 2;
    const places = tails + n;
    return inBlocks({
      state,
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const xs = input!.values;
        const xb = (input!.base - ob) | 0;
        let count = state[0]! | 0;
        let at = state[1]! | 0;
        let row = state[2]! | 0;
        let best = state[3]!;
        let head = state[BLOCKS]!;
        let headAt = state[BLOCKS + 1]! | 0;
        for (let i = from; i < to; i++) {
          const x = -xs[(i - xb) | 0]!;
          if (Number.isNaN(x)) {
            count = at = headAt = 0;
            head = Number.NEGATIVE_INFINITY;
            out[i] = Number.NaN;
            continue;
          }
          if (x > head) {
            head = x;
            headAt = at;
          }
          // until the first full window TA-Lib has not looked at anything: it starts from the earliest
          if (count < n || row <= count - n) {
            const tail = at + 1 < n && count >= n ? state[tails + at + 1]! : Number.NEGATIVE_INFINITY;
            const old = tail >= head && tail > Number.NEGATIVE_INFINITY;
            best = old ? tail : head;
            row = old ? count - at - n + (state[places + at + 1]! | 0) : count - at + headAt;
          } else if (x >= best) {
            row = count;
            best = x;
          }
          at++;
          count++;
          out[i] = count >= n ? row : Number.NaN;
          if (at === n) {
            closeBlock(state, BLOCKS, n, xs, (i - xb - n + 1) | 0, -1, false);
            at = headAt = 0;
            head = Number.NEGATIVE_INFINITY;
          }
        }
        state[0] = count;
        state[1] = at;
        state[2] = row;
        state[3] = best;
        state[BLOCKS] = head;
        state[BLOCKS + 1] = headAt;
      },
    });
  },
});
