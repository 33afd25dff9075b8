import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { formulaKernel, simdFormula } from '../math/simd.ts';
import { abs, constant, div, isOther, type Lanes, mul, rows, select, sub } from '../math/simd-code.ts';

/** How a change is told: now - old, (now - old) / old, that in percent, now / old, or that times 100. */
export type ChangeKind = 'difference' | 'fraction' | 'percent' | 'ratio' | 'ratio × 100';

const [now, old] = [rows(0), rows(1)];
const quotient = div(now, old);
/** 0, but NaN where the value is. */
const none = mul(abs(now), constant(0));
const relative = (formula: Lanes) => simdFormula(select(isOther(old, constant(0)), formula, none));

const many = {
  difference: simdFormula(sub(now, old)),
  fraction: relative(div(sub(now, old), old)),
  percent: relative(mul(sub(quotient, constant(1)), constant(100))),
  ratio: relative(quotient),
  'ratio × 100': relative(mul(quotient, constant(100))),
};

/**
 * The change of a value over `n` rows. Relative ones are 0 where the old value is 0.
 * @returns kernel: values in; NaN for the first `n` rows. O(1) per row
 */
export function changeOver(kind: ChangeKind, n: number, input: Column, output: Column): Kernel {
  // [values since the last NaN (up to n)]
  const state = new Float64Array(1);
  const scalar = {
    state,
    advance(fromRow: number, toRow: number) {
      const out = output.values;
      const ob = output.base;
      const from = (fromRow - ob) | 0;
      const to = (toRow - ob) | 0;
      const xs = input.values;
      const xb = (input.base - ob) | 0;
      let count = state[0]!;
      let i = from;
      while (i < to) {
        if (count === n) {
          for (; i < to; i++) {
            const x = xs[(i - xb) | 0]!;
            if (Number.isNaN(x)) break;
            const before = xs[(i - xb - n) | 0]!;
            if (kind === 'difference') out[i] = x - before;
            else if (before === 0) out[i] = 0;
            else if (kind === 'fraction') out[i] = (x - before) / before;
            else if (kind === 'percent') out[i] = (x / before - 1) * 100;
            else out[i] = kind === 'ratio' ? x / before : (x / before) * 100;
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
    [input, 0],
    [input, n],
  ] as const;
  // still warm afterwards: all there is to know
  return formulaKernel(scalar, operands, output, many[kind], () => undefined);
}
