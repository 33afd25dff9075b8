import { z } from 'zod';
import { defineFeature, period } from '../feature.ts';
import { formulaKernel, simdFormula } from '../math/simd.ts';
import { abs, constant, div, isOther, mul, rows, select } from '../math/simd-code.ts';

/** 0, but NaN where the value is. */
const none = mul(abs(rows(0)), constant(0));
const many = simdFormula(select(isOther(rows(1), constant(0)), div(rows(0), rows(1)), none));

/**
 * Ratio of a value to the one period rows ago: x / x[period rows ago]; 0 where the old value is 0.
 * NaN for the first `period` rows. O(1) per row.
 */
export const rocr = defineFeature({
  name: 'rocr',
  doc: 'Ratio of a value to the one period rows ago',
  source: 'TA-Lib ROCR',
  units: 'ratio',
  inputs: ['x'],
  outputs: ['rocr'],
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
            for (; i < to; i++) {
              const x = xs[(i - xb) | 0]!;
              if (Number.isNaN(x)) break;
              const old = xs[(i - xb - n) | 0]!;
              out[i] = old !== 0 ? x / old : 0;
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
