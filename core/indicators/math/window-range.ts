import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import { delivered, foldExtreme, placed, simdKernel, slotAddress } from './simd.ts';
import type { Loop } from './simd-code.ts';

/** Longest window that is looked through for a single row: less than what keeping the extremes of blocks costs. */
export const RANGE_PERIOD = 64;

type RangeKind = 'middle' | 'from top' | 'from bottom';

/** A formula of a window's highest, its lowest and the row's own value. */
export interface RangeFormula {
  readonly kind: RangeKind;
  /** The same, bit by bit, of three inputs. */
  readonly many: Loop;
}

/**
 * The middle of a window, or how far its own value lies from the top, -100..0, or from the bottom, 0..100. The three are one function so that V8
 * inlines it: a function handed over gets its numbers on the heap.
 */
export function rangeValue(kind: RangeKind, highest: number, lowest: number, own: number): number {
  if (kind === 'middle') return (highest + lowest) / 2;
  const range = highest - lowest;
  // TA-Lib's flat window: the range is as good as zero against its own two ends
  if (Math.abs(range) <= 1e-14 * (Math.abs(highest) + Math.abs(lowest))) return 0;
  return kind === 'from top' ? (highest - own) / (range / -100) : (own - lowest) / (range / 100);
}

/**
 * A formula of the highest of `highs`, the lowest of `lows` and the value of `own` over the last `n` rows, n at most RANGE_PERIOD.
 * NaN for the first n - 1 rows and after a NaN in any column.
 */
export function rangeKernel(
  n: number,
  highs: Column,
  lows: Column,
  own: Column | undefined,
  output: Column,
  formula: RangeFormula,
): Kernel {
  // [rows since a NaN (up to n)]
  const state = new Float64Array(1);
  const third = own ?? highs;
  const { kind, many } = formula;
  const plain: Kernel = {
    state,
    advance(from, to) {
      const out = output.values;
      const hs = highs.values;
      const hb = (highs.base - output.base) | 0;
      const ls = lows.values;
      const lb = (lows.base - output.base) | 0;
      const xs = third.values;
      const xb = (third.base - output.base) | 0;
      const end = (to - output.base) | 0;
      let count = state[0]!;
      for (let i = (from - output.base) | 0; i < end; i++) {
        let highest = hs[(i - hb) | 0]!;
        let lowest = ls[(i - lb) | 0]!;
        const x = xs[(i - xb) | 0]!;
        count = Number.isNaN(highest) || Number.isNaN(lowest) || Number.isNaN(x) ? 0 : Math.min(n, count + 1);
        if (count < n) {
          out[i] = Number.NaN;
          continue;
        }
        for (let k = 1; k < n; k++) {
          const h = hs[(i - hb - k) | 0]!;
          const l = ls[(i - lb - k) | 0]!;
          if (h > highest) highest = h;
          if (l < lowest) lowest = l;
        }
        out[i] = rangeValue(kind, highest, lowest, x);
      }
      state[0] = count;
    },
  };
  return simdKernel(
    plain,
    output,
    (at, count) => {
      if (!foldExtreme(slotAddress(1), 'max', n, highs.values, at - highs.base, count, 1)) return false;
      if (!foldExtreme(slotAddress(2), 'min', n, lows.values, at - lows.base, count, 2)) return false;
      const self = own ? placed(3, own.values, at - own.base, count) : 0;
      return delivered(
        output.values,
        at - output.base,
        count,
        (to) => many(count * 8, to, slotAddress(1), slotAddress(2), self, 0) === 0,
      );
    },
    () => undefined, // it is still warm: all there is to know
  );
}
