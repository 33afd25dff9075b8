import { z } from 'zod';
import { scratchNumbers } from '../../columns/column-memory.ts';
import { period } from '../feature.ts';
import { compileRange, type RangeLoop } from '../math/simd-code.ts';
import { type Cell, type Memory, Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { WindowCovariance } from '../rolling/window-covariance.ts';
import { WindowMoments } from '../rolling/window-moments.ts';

const SMALLEST = 4;
const NEARLY_ZERO = 1e-12;

/** Chunk sizes n/8, n/4, n/2, n, those of at least 4. */
function sizesOf(n: number): number[] {
  return [8, 4, 2, 1].map((d) => Math.floor(n / d)).filter((s) => s >= SMALLEST);
}

/**
 * Means of a statistic over the non-overlapping chunks of a window of n, by size: the statistic of the chunk that ends at each row is kept in a
 * ring, so a row computes it once per size and looks the earlier chunks up. NaN marks a chunk to skip.
 */
class ChunkMeans {
  readonly #n: number;
  readonly #size: number;
  readonly #ring: Slots;

  constructor(n: number, size: number, memory: Memory) {
    this.#n = n;
    this.#size = size;
    this.#ring = memory.own(new Slots(n - size + 1));
  }

  /** Takes the statistic of the chunk that ends at row k; returns the mean over the window's chunks, NaN if all are to skip. */
  push(k: number, value: number): number {
    const s = this.#ring.s;
    const width = s.length;
    const at = k % width;
    s[at] = value;
    let sum = 0;
    let count = 0;
    for (let lag = this.#n - this.#size; lag >= 0; lag -= this.#size) {
      let place = at - lag;
      if (place < 0) place += width;
      const x = s[place]!;
      if (!Number.isNaN(x)) {
        sum += x;
        count++;
      }
    }
    return sum / count;
  }
}

/** Slope of y on x over the given points; 0.5 with fewer than two of them. */
function slopeOf(xs: Float64Array, ys: Float64Array, count: number): number {
  if (count < 2) return 0.5;
  let mx = 0;
  let my = 0;
  for (let i = 0; i < count; i++) {
    mx += xs[i]! / count;
    my += ys[i]! / count;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < count; i++) {
    xx += (xs[i]! - mx) * (xs[i]! - mx);
    xy += (xs[i]! - mx) * (ys[i]! - my);
  }
  return xx > 0 ? xy / xx : 0.5;
}

/** The last `n` values, written twice so that a window is one stretch, in the scratch memory of the loops while rows are worked on. */
class ScratchRing implements Cell {
  readonly size: number;
  s = new Float64Array(0);

  constructor(n: number) {
    this.size = 2 * n;
  }

  load(): void {
    scratchNumbers.set(this.s);
  }

  save(): void {
    this.s.set(scratchNumbers.subarray(0, this.size));
  }
}

let rangeLoop: RangeLoop | undefined;

/** Range of the cumulative deviations from `mean` of the `size` values from a place of the ring on. */
function rangeOf(from: number, size: number, mean: number): number {
  rangeLoop ??= compileRange();
  return rangeLoop(from * 8, (from + size - 1) * 8, size >> 1, mean);
}

/**
 * Hurst exponent by rescaled range over the last `period` values, which should be returns: slope of ln(mean R/S) on ln(size) at the sizes n/8, n/4, n/2
 * and n, cut to 0..1. Below 0.5 mean-reverting, above trending; 0.5 where nothing moves. Costs O(period) per row.
 */
export const hurstRs = defineRows({
  name: 'hurst-rs',
  doc: 'Hurst exponent by rescaled range, of returns',
  source: 'R/S with population deviation; Hurst 1951, Mandelbrot and Wallis 1969, Peters 1994',
  units: '0..1',
  inputs: ['x'],
  outputs: ['hurst'],
  options: z.object({ period: period(8, 64, 8000) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const sizes = sizesOf(n);
    const logs = sizes.map(Math.log);
    const moments = sizes.map((size) => memory.own(new WindowMoments(size)));
    const chunks = sizes.map((size) => new ChunkMeans(n, size, memory));
    memory.own(new ScratchRing(n));
    const xs = new Float64Array(4);
    const ys = new Float64Array(4);
    return (k, x) => {
      const at = k % n;
      scratchNumbers[at] = scratchNumbers[at + n] = x;
      let points = 0;
      for (let j = 0; j < sizes.length; j++) {
        const size = sizes[j]!;
        const window = moments[j]!;
        window.push(x);
        let value = Number.NaN;
        const deviation = Math.sqrt(window.m2 / size);
        if (k >= size - 1 && deviation >= NEARLY_ZERO)
          value = rangeOf(at + n + 1 - size, size, window.mean) / deviation;
        const mean = chunks[j]!.push(k, value);
        if (mean > NEARLY_ZERO) {
          xs[points] = logs[j]!;
          ys[points++] = Math.log(mean);
        }
      }
      return k < n - 1 ? Number.NaN : Math.max(0, Math.min(1, slopeOf(xs, ys, points)));
    };
  },
});

/**
 * Hurst exponent by detrended fluctuation analysis over the last `period` values, which should be returns: slope of ln(fluctuation) on ln(size) of the
 * cumulative sum about straight lines, at the sizes of `hurst-rs`. 0.5 where nothing moves. O(1) per row.
 */
export const hurstDfa = defineRows({
  name: 'hurst-dfa',
  doc: 'Hurst exponent by detrended fluctuation analysis, of returns',
  source: 'DFA of order 1; Peng et al. 1994',
  units: '0..2',
  inputs: ['x'],
  outputs: ['hurst'],
  options: z.object({ period: period(8, 128, 10_000) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const sizes = sizesOf(n);
    const logs = sizes.map(Math.log);
    const lines = sizes.map((size) => memory.own(new WindowCovariance(size)));
    const chunks = sizes.map((size) => new ChunkMeans(n, size, memory));
    const profile = memory.own(new Slots(1));
    const xs = new Float64Array(4);
    const ys = new Float64Array(4);
    return (k, x) => {
      const y = profile.s[0]! + x;
      profile.s[0] = y;
      let points = 0;
      for (let j = 0; j < sizes.length; j++) {
        const line = lines[j]!;
        line.push(k, y);
        const left = k < sizes[j]! - 1 ? Number.NaN : Math.max(0, line.yy - (line.xy * line.xy) / line.xx) / sizes[j]!;
        const mean = chunks[j]!.push(k, left);
        if (mean > NEARLY_ZERO * NEARLY_ZERO) {
          xs[points] = logs[j]!;
          ys[points++] = Math.log(mean) / 2;
        }
      }
      return k < n - 1 ? Number.NaN : Math.max(0, Math.min(2, slopeOf(xs, ys, points)));
    };
  },
});
