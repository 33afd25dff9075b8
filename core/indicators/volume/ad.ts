import { z } from 'zod';
import { defineFeature } from '../feature.ts';
import { inBlocks } from '../math/in-blocks.ts';
import { formulaStage, SIMD_ROWS, simdFormula, staged } from '../math/simd.ts';
import { add, constant, div, isGreater, mul, rows, select, sub } from '../math/simd-code.ts';

const range = sub(rows(0), rows(1));
const flows = simdFormula(
  select(
    isGreater(range, constant(0)),
    mul(div(sub(sub(rows(2), rows(1)), sub(rows(0), rows(2))), range), rows(3)),
    mul(constant(0), add(add(range, rows(2)), rows(3))),
  ),
);

/** What a candle adds: nothing without range, NaN when any is. */
function flow(h: number, l: number, c: number, v: number): number {
  const range = h - l;
  return range > 0 ? ((c - l - (h - c)) / range) * v : 0 * (range + c + v);
}

/**
 * Chaikin's accumulation/distribution line: the running total of volume × ((close - low) - (high - close)) / (high - low).
 * A candle without range adds nothing. Candles in, cumulative volume out; no warm-up. O(1) per row.
 */
export const ad = defineFeature({
  name: 'ad',
  doc: 'Accumulation/distribution line of Chaikin',
  source: 'TA-Lib AD; Chaikin',
  units: 'base volume',
  inputs: ['high', 'low', 'close', 'volume'],
  outputs: ['ad'],
  options: z.object({}),
  args: [],
  warmup: () => 0,
  settle: () => Number.POSITIVE_INFINITY,
  create(_, [high, low, close, volume], [output]) {
    // [total]
    const state = new Float64Array(1);
    const flowStage = formulaStage(
      [
        [high!, 0],
        [low!, 0],
        [close!, 0],
        [volume!, 0],
      ],
      flows,
    );
    return inBlocks({
      state,
      advance(fromRow, toRow) {
        const out = output!.values;
        const ob = output!.base;
        const from = (fromRow - ob) | 0;
        const to = (toRow - ob) | 0;
        const hs = high!.values;
        const hb = (high!.base - ob) | 0;
        const ls = low!.values;
        const lb = (low!.base - ob) | 0;
        const cs = close!.values;
        const cb = (close!.base - ob) | 0;
        const vs = volume!.values;
        const vb = (volume!.base - ob) | 0;
        let total = state[0]!;
        let i = from;
        const stage = flowStage.begin(to - from);
        while (stage && to - i >= 8) {
          const count = Math.min(SIMD_ROWS, (to - i) & ~7);
          if (!stage(i + ob, count)) break;
          for (let k = 0; k < count; k++) {
            total += staged[k]!;
            out[i++] = total;
          }
        }
        for (; i < to; i++) {
          total += flow(hs[(i - hb) | 0]!, ls[(i - lb) | 0]!, cs[(i - cb) | 0]!, vs[(i - vb) | 0]!);
          out[i] = total;
          if (Number.isNaN(total)) total = 0;
        }
        state[0] = total;
      },
    });
  },
});
