import type { Column } from '../../columns/column.ts';
import type { Kernel } from '../kernel.ts';
import type { LoopName } from '../loops/loops-binary.ts';
import { rangeInto, SIMD_LEAST } from './simd.ts';

/** Longest window that is looked through for a single row: less than what keeping the extremes of blocks costs. */
export const RANGE_PERIOD = 64;

type RangeKind = 'middle' | 'from top' | 'from bottom';

/** The loop of each, which gives the same bits. */
const LOOPS: Readonly<Record<RangeKind, LoopName>> = {
  middle: 'rangeMiddle',
  'from top': 'rangeFromTop',
  'from bottom': 'rangeFromBottom',
};
/** Most rows of one call of a loop, and those that the kernel does itself where one has stopped. */
const [MANY, FEW] = [16_384, 8];

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
  kind: RangeKind,
): Kernel {
  // [rows since a NaN (up to n)]
  const state = new Float64Array(1);
  const third = own ?? highs;
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
  const loop = LOOPS[kind];
  return {
    state,
    advance(from, to) {
      for (let at = from; at < to; ) {
        if (state[0] === n && to - at >= SIMD_LEAST)
          at += rangeInto(output, at, loop, n, highs, lows, third, Math.min(MANY, (to - at) & ~7));
        const next = Math.min(to, at + FEW);
        plain.advance(at, next);
        at = next;
      }
    },
  };
}
