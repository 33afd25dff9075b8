import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { formulaKernel, simdFormula } from '../math/simd.ts';
import { rows, sub } from '../math/simd-code.ts';

const many = simdFormula(sub(rows(0), rows(1)));

/**
 * Momentum: the change over period rows: x - x[period rows ago].
 * NaN for the first `period` rows. O(1) per row.
 */
export const mom = defineFeature({
  name: 'mom',
  doc: 'Momentum: the change over period rows',
  source: 'TA-Lib MOM',
  units: 'as input',
  inputs: ['x'],
  outputs: ['mom'],
  options: z.object({ period: period(1, 10) }),
  args: ['period'],
  warmup: (o) => o.period,
  lookback: (o) => o.period,
  create({ period: n }, [input], [output]) {
    // [values since the last NaN (up to n)]
    const state = new Float64Array(1);
    const scalar = {
      state,
      advance(fromRow: number, toRow: number) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const xs = input!.values;
        const xb = (input!.base - ob) | 0;
        let count = state[0]!;
        let i = from;
        while (i < to) {
          if (count === n) {
            // one index where the columns lie alike, as in a backtest
            if (xb === 0)
              for (; i < to; i++) {
                const change = xs[i]! - xs[(i - n) | 0]!;
                if (Number.isNaN(change)) break;
                out[i] = change;
              }
            else
              for (; i < to; i++) {
                const change = xs[(i - xb) | 0]! - xs[(i - xb - n) | 0]!;
                if (Number.isNaN(change)) break;
                out[i] = change;
              }
            if (i === to) break;
            count = 0;
          } else count = Number.isNaN(xs[(i - xb) | 0]!) ? 0 : count + 1;
          out[i++] = Number.NaN;
        }
        state[0] = count;
      },
    };
    const operands = [
      [input!, 0],
      [input!, n],
    ] as const;
    // still warm afterwards: all there is to know
    return formulaKernel(scalar, operands, output!, many, () => undefined);
  },
});
