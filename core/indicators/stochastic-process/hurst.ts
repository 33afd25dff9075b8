import { z } from 'zod';
import { period } from '../feature.ts';
import { type Memory, Slots } from '../rolling/memory.ts';
import { defineRows } from '../rolling/row-feature.ts';
import { WindowCovariance } from '../rolling/window-covariance.ts';
import { WindowMoments } from '../rolling/window-moments.ts';

const SMALLEST = 4;
const NEARLY_ZERO = 1e-12;

/**
 * Means of a statistic over the non-overlapping chunks of a window of n, by size: the statistic of the chunk that ends at each row is kept in a
 * ring, so a row computes it once per size and looks the earlier chunks up. NaN marks a chunk to skip. The ring is there twice, so that
 * looking back never turns around its end.
 */
class ChunkMeans {
  readonly #n: number;
  readonly #size: number;
  readonly #ring: Slots;

  constructor(n: number, size: number, memory: Memory) {
    this.#n = n;
    this.#size = size;
    this.#ring = memory.own(new Slots(2 * (n + 1)));
  }

  /** Takes the statistic of the chunk that ends at place `p` of a ring of n + 1. */
  put(p: number, value: number): void {
    const s = this.#ring.s;
    s[p] = s[p + this.#n + 1] = value;
  }

  /** Mean over the window's chunks, the last of which ends at place `p`; NaN if all are to skip. */
  mean(p: number): number {
    const s = this.#ring.s;
    const newest = p + this.#n + 1;
    const size = this.#size;
    let sum = 0;
    let count = 0;
    for (let at = newest - this.#n + size; at <= newest; at += size) {
      const x = s[at]!;
      if (!Number.isNaN(x)) {
        sum += x;
        count++;
      }
    }
    return sum / count;
  }
}

/** Points of a line through logarithms: how many, then up to four x, then what their y are the logarithms of. */
const POINTS = 9;

function addPoint(points: Float64Array, x: number, y: number): void {
  const at = points[0]! | 0;
  points[1 + at] = x;
  points[5 + at] = y;
  points[0] = at + 1;
}

/** Slope of y on x over the points, times `scale`; 0.5 with fewer than two of them. (`slopeOf` of by-hand.as takes two logarithms at a time.) */
function slopeOf(points: Float64Array, scale: number): number {
  const count = points[0]! | 0;
  if (count < 2) return 0.5;
  let mx = 0;
  let my = 0;
  for (let i = 0; i < count; i++) {
    const y = Math.log(points[5 + i]!);
    points[5 + i] = y;
    mx += points[1 + i]!;
    my += y;
  }
  mx /= count;
  my /= count;
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < count; i++) {
    xx += (points[1 + i]! - mx) * (points[1 + i]! - mx);
    xy += (points[1 + i]! - mx) * (points[5 + i]! - my);
  }
  return xx > 0 ? scale * (xy / xx) : 0.5;
}

/**
 * Range of the cumulative deviations from `mean` of `size` values, from their running sums: the one before the first of them stands at `from`.
 * (`rangeOf` of by-hand.as takes four at a time.)
 */
function rangeOf(sums: Float64Array, from: number, size: number, mean: number): number {
  let top = sums[from]!;
  let bottom = top;
  for (let i = 1; i <= size; i++) {
    const deviation = sums[from + i]! - i * mean;
    if (deviation > top) top = deviation;
    if (deviation < bottom) bottom = deviation;
  }
  return top - bottom;
}

/**
 * One chunk size of the rescaled range. A row goes through its steps size by size: what waits for nothing of another size stands side by side, where a
 * processor does it at once.
 */
class RangeScale {
  readonly #n: number;
  readonly #size: number;
  readonly #log: number;
  readonly #moments: WindowMoments;
  readonly #chunks: ChunkMeans;

  constructor(n: number, size: number, memory: Memory) {
    this.#n = n;
    this.#size = size;
    this.#log = Math.log(size);
    this.#moments = memory.own(new WindowMoments(size));
    this.#chunks = new ChunkMeans(n, size, memory);
  }

  take(x: number): void {
    if (this.#size >= SMALLEST) this.#moments.push(x);
  }

  /** Measures the chunk that ends with row k; the running sum up to it stands at places `p` and n + 1 + p of `sums`. */
  measure(k: number, p: number, sums: Float64Array): void {
    const size = this.#size;
    if (size < SMALLEST) return;
    let value = Number.NaN;
    const deviation = Math.sqrt(this.#moments.m2 / size);
    if (k >= size - 1 && deviation >= NEARLY_ZERO)
      value = rangeOf(sums, this.#n + 1 + p - size, size, this.#moments.mean) / deviation;
    this.#chunks.put(p, value);
  }

  /** Adds its point, when it has one. */
  add(p: number, points: Float64Array): void {
    if (this.#size < SMALLEST) return;
    const mean = this.#chunks.mean(p);
    if (mean > NEARLY_ZERO) addPoint(points, this.#log, mean);
  }
}

/** One chunk size of the fluctuation about straight lines, in the same steps. */
class LineScale {
  readonly #size: number;
  readonly #log: number;
  readonly #line: WindowCovariance;
  readonly #chunks: ChunkMeans;

  constructor(n: number, size: number, memory: Memory) {
    this.#size = size;
    this.#log = Math.log(size);
    this.#line = memory.own(new WindowCovariance(size));
    this.#chunks = new ChunkMeans(n, size, memory);
  }

  /** Takes row k's value of the profile. */
  take(k: number, y: number): void {
    if (this.#size >= SMALLEST) this.#line.push(k, y);
  }

  /** Measures the chunk that ends with row k, at place `p` of a ring of n + 1. */
  measure(k: number, p: number): void {
    const size = this.#size;
    if (size < SMALLEST) return;
    const line = this.#line;
    this.#chunks.put(p, k < size - 1 ? Number.NaN : Math.max(0, line.yy - (line.xy * line.xy) / line.xx) / size);
  }

  /** Adds its point, when it has one. */
  add(p: number, points: Float64Array): void {
    if (this.#size < SMALLEST) return;
    const mean = this.#chunks.mean(p);
    if (mean > NEARLY_ZERO * NEARLY_ZERO) addPoint(points, this.#log, mean);
  }
}

/**
 * Hurst exponent by rescaled range over the last `period` values, which should be returns: slope of ln(mean R/S) on ln(size) at the sizes n/8, n/4, n/2
 * and n, cut to 0..1. Below 0.5 mean-reverting, above trending; 0.5 where nothing moves. Costs O(period) per row.
 */
export const hurstRs = defineRows({
  name: 'hurst-rs',
  version: 3,
  doc: 'Hurst exponent by rescaled range, of returns',
  source: 'R/S with population deviation; Hurst 1951, Mandelbrot and Wallis 1969, Peters 1994',
  units: '0..1',
  inputs: ['x'],
  outputs: ['hurst'],
  options: z.object({ period: period(8, 64, 8000) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const eighth = new RangeScale(n, Math.floor(n / 8), memory);
    const quarter = new RangeScale(n, Math.floor(n / 4), memory);
    const half = new RangeScale(n, Math.floor(n / 2), memory);
    const whole = new RangeScale(n, n, memory);
    const width = n + 1;
    const sums = memory.own(new Slots(2 * width)); // twice, so that a window is one stretch
    const points = new Float64Array(POINTS);
    return (k, x) => {
      const s = sums.s;
      const at = k % width;
      let last = s[at + n]!;
      if (at === 0) {
        // sums begin anew with each turn of the ring, so that they never grow
        for (let j = 0; j < 2 * width; j++) s[j]! -= last;
        last = 0;
      }
      s[at] = s[at + width] = last + x;
      points[0] = 0;
      eighth.take(x);
      quarter.take(x);
      half.take(x);
      whole.take(x);
      eighth.measure(k, at, s);
      quarter.measure(k, at, s);
      half.measure(k, at, s);
      whole.measure(k, at, s);
      eighth.add(at, points);
      quarter.add(at, points);
      half.add(at, points);
      whole.add(at, points);
      return k < n - 1 ? Number.NaN : Math.max(0, Math.min(1, slopeOf(points, 1)));
    };
  },
});

/**
 * Hurst exponent by detrended fluctuation analysis over the last `period` values, which should be returns: slope of ln(fluctuation) on ln(size) of the
 * cumulative sum about straight lines, at the sizes of `hurst-rs`. 0.5 where nothing moves. O(1) per row.
 */
export const hurstDfa = defineRows({
  name: 'hurst-dfa',
  version: 3,
  doc: 'Hurst exponent by detrended fluctuation analysis, of returns',
  source: 'DFA of order 1; Peng et al. 1994',
  units: '0..2',
  inputs: ['x'],
  outputs: ['hurst'],
  options: z.object({ period: period(8, 128, 10_000) }),
  args: ['period'],
  warmup: (o) => o.period - 1,
  rows({ period: n }, memory) {
    const eighth = new LineScale(n, Math.floor(n / 8), memory);
    const quarter = new LineScale(n, Math.floor(n / 4), memory);
    const half = new LineScale(n, Math.floor(n / 2), memory);
    const whole = new LineScale(n, n, memory);
    const profile = memory.own(new Slots(1));
    const points = new Float64Array(POINTS);
    return (k, x) => {
      const y = profile.s[0]! + x;
      profile.s[0] = y;
      points[0] = 0;
      const at = k % (n + 1);
      eighth.take(k, y);
      quarter.take(k, y);
      half.take(k, y);
      whole.take(k, y);
      eighth.measure(k, at);
      quarter.measure(k, at);
      half.measure(k, at);
      whole.measure(k, at);
      eighth.add(at, points);
      quarter.add(at, points);
      half.add(at, points);
      whole.add(at, points);
      return k < n - 1 ? Number.NaN : Math.max(0, Math.min(2, slopeOf(points, 0.5)));
    };
  },
});
