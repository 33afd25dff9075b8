import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { formulaKernel, simdFormula } from '../math/simd.ts';
import { add, constant, div, isGreater, mul, rows, select, sub } from '../math/simd-code.ts';

const body = sub(rows(3), rows(0));
const range = sub(rows(1), rows(2));
const many = simdFormula(select(isGreater(range, constant(0)), div(body, range), mul(constant(0), add(range, body))));

/** Body over range; 0 without range, NaN when either is. */
function share(body: number, range: number): number {
  return range > 0 ? body / range : 0 * (range + body);
}

/**
 * Balance of power of Livshin (2001): (close - open) / (high - low); 0 for a candle without range.
 * Candles in, -1..1 out; no warm-up. O(1) per row.
 */
export const bop = defineFeature({
  name: 'bop',
  doc: 'Balance of power of Livshin',
  source: 'TA-Lib BOP; Livshin 2001',
  units: '-1..1',
  inputs: ['open', 'high', 'low', 'close'],
  outputs: ['bop'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  create(_, [open, high, low, close], [output]) {
    const scalar = {
      state: new Float64Array(0),
      advance(fromRow: number, toRow: number) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const os = open!.values;
        const pb = (open!.base - ob) | 0;
        const hs = high!.values;
        const hb = (high!.base - ob) | 0;
        const ls = low!.values;
        const lb = (low!.base - ob) | 0;
        const cs = close!.values;
        const cb = (close!.base - ob) | 0;
        let i = from;
        // what V8 checks of an array, it checks once for four rows
        for (const last = (to - 3) | 0; i < last; i = (i + 4) | 0) {
          const c = (i - cb) | 0;
          const p = (i - pb) | 0;
          const h = (i - hb) | 0;
          const l = (i - lb) | 0;
          const body0 = cs[c]! - os[p]!;
          const body1 = cs[(c + 1) | 0]! - os[(p + 1) | 0]!;
          const body2 = cs[(c + 2) | 0]! - os[(p + 2) | 0]!;
          const body3 = cs[(c + 3) | 0]! - os[(p + 3) | 0]!;
          const range0 = hs[h]! - ls[l]!;
          const range1 = hs[(h + 1) | 0]! - ls[(l + 1) | 0]!;
          const range2 = hs[(h + 2) | 0]! - ls[(l + 2) | 0]!;
          const range3 = hs[(h + 3) | 0]! - ls[(l + 3) | 0]!;
          out[i] = share(body0, range0);
          out[(i + 1) | 0] = share(body1, range1);
          out[(i + 2) | 0] = share(body2, range2);
          out[(i + 3) | 0] = share(body3, range3);
        }
        for (; i < to; i++)
          out[i] = share(cs[(i - cb) | 0]! - os[(i - pb) | 0]!, hs[(i - hb) | 0]! - ls[(i - lb) | 0]!);
      },
    };
    const operands = [
      [open!, 0],
      [high!, 0],
      [low!, 0],
      [close!, 0],
    ] as const;
    return formulaKernel(scalar, operands, output!, many);
  },
});
