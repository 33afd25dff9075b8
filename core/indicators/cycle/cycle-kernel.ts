import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import type { LoopName } from '../loops/loops-binary.ts';
import { withLoop } from '../loops/with-loop.ts';
import { circle } from './cycle-phase.ts';
import { HILBERT_STATE, refreshPrice, takePrice } from './hilbert.ts';

/** The sums of the price smoother are recomputed every so many rows since the last NaN; a power of two. */
const REFRESH = 1024;

/** What one of Ehlers' measures makes of the cycle. */
interface CycleMeasure {
  readonly loop: LoopName;
  /** Prices after which the transform starts, and after which values are shown. */
  readonly start: number;
  readonly shown: number;
  /** Numbers that it keeps behind the measurement's own. */
  readonly kept: number;
  /** Puts its values of a row, the price at `xs[at]` taken, into `values`. */
  step(state: Float64Array, values: Float64Array, xs: Float64Array, at: number): void;
}

/** A kernel of the dominant cycle: prices in, the measure's values out; NaN for the first `shown` rows. */
export function cycleKernel(
  { loop, start, shown, kept, step }: CycleMeasure,
  input: Column,
  outputs: readonly Column[],
): Kernel {
  const state = new Float64Array(HILBERT_STATE + kept);
  const values = new Float64Array(outputs.length);
  const plain: Kernel = {
    state,
    advance(from, to) {
      const xs = input.values;
      const xb = input.base;
      for (let row = from; row < to; row++) {
        const at = (row - xb) | 0;
        let count = 0;
        if (Number.isNaN(xs[at]!)) state.fill(0);
        else {
          count = takePrice(state, xs, at, start);
          if ((count & (REFRESH - 1)) === 0)
            refreshPrice(state, xs[(at - 3) | 0]!, xs[(at - 2) | 0]!, xs[(at - 1) | 0]!, xs[at]!);
          if (count > start) step(state, values, xs, at);
        }
        for (let k = 0; k < outputs.length; k++)
          outputs[k]!.values[(row - outputs[k]!.base) | 0] = count > shown ? values[k]! : Number.NaN;
      }
    },
  };
  return withLoop(plain, loop, [circle.byteOffset], [input], outputs);
}
