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

/** Points of a line through logarithms: how many, then up to four x, then their y. */
const POINTS = 9;

function addPoint(points: Float64Array, x: number, y: number): void {
  const at = points[0]!;
  points[1 + at] = x;
  points[5 + at] = y;
  points[0] = at + 1;
}

/** Slope of y on x over the points; 0.5 with fewer than two of them. */
function slopeOf(points: Float64Array): number {
  const count = points[0]!;
  if (count < 2) return 0.5;
  let mx = 0;
  let my = 0;
  for (let i = 0; i < count; i++) {
    mx += points[1 + i]! / count;
    my += points[5 + i]! / count;
  }
  let xx = 0;
  let xy = 0;
  for (let i = 0; i < count; i++) {
    xx += (points[1 + i]! - mx) * (points[1 + i]! - mx);
    xy += (points[1 + i]! - mx) * (points[5 + i]! - my);
  }
  return xx > 0 ? xy / xx : 0.5;
}

/**
 * Range of the cumulative deviations from `mean` of the `size` values from a place on. Deviations end at 0 when summed, so the later half is summed
 * backward, negated: two chains of additions run side by side. (`rangeOf` of by-hand.as runs them in one vector.)
 */
function rangeOf(values: Float64Array, from: number, size: number, mean: number): number {
  let [a, b, topA, topB, bottomA, bottomB] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < size >> 1; i++) {
    a += values[from + i]! - mean;
    b -= values[from + size - 1 - i]! - mean;
    if (a > topA) topA = a;
    if (b > topB) topB = b;
    if (a < bottomA) bottomA = a;
    if (b < bottomB) bottomB = b;
  }
  return Math.max(topA, topB) - Math.min(bottomA, bottomB);
}

/** One chunk size of the rescaled range. */
class RangeScale {
  readonly #size: number;
  readonly #log: number;
  readonly #moments: WindowMoments;
  readonly #chunks: ChunkMeans;

  constructor(n: number, size: number, memory: Memory) {
    this.#size = size;
    this.#log = Math.log(size);
    this.#moments = memory.own(new WindowMoments(size));
    this.#chunks = new ChunkMeans(n, size, memory);
  }

  /** Takes row k's value, which stands in the ring with those before it up to place `end`; adds its point, when it has one. */
  push(k: number, x: number, ring: Float64Array, end: number, points: Float64Array): void {
    const size = this.#size;
    if (size < SMALLEST) return;
    this.#moments.push(x);
    let value = Number.NaN;
    const deviation = Math.sqrt(this.#moments.m2 / size);
    if (k >= size - 1 && deviation >= NEARLY_ZERO)
      value = rangeOf(ring, end + 1 - size, size, this.#moments.mean) / deviation;
    const mean = this.#chunks.push(k, value);
    if (mean > NEARLY_ZERO) addPoint(points, this.#log, Math.log(mean));
  }
}

/** One chunk size of the fluctuation about straight lines. */
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

  /** Takes row k's value of the profile; adds its point, when it has one. */
  push(k: number, y: number, points: Float64Array): void {
    const size = this.#size;
    if (size < SMALLEST) return;
    const line = this.#line;
    line.push(k, y);
    const left = k < size - 1 ? Number.NaN : Math.max(0, line.yy - (line.xy * line.xy) / line.xx) / size;
    const mean = this.#chunks.push(k, left);
    if (mean > NEARLY_ZERO * NEARLY_ZERO) addPoint(points, this.#log, Math.log(mean) / 2);
  }
}

/**
 * Hurst exponent by rescaled range over the last `period` values, which should be returns: slope of ln(mean R/S) on ln(size) at the sizes n/8, n/4, n/2
 * and n, cut to 0..1. Below 0.5 mean-reverting, above trending; 0.5 where nothing moves. Costs O(period) per row.
 */
export const hurstRs = defineRows({
  name: 'hurst-rs',
  version: 2,
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
    const ring = memory.own(new Slots(2 * n)); // twice, so that a window is one stretch
    const points = new Float64Array(POINTS);
    return (k, x) => {
      const s = ring.s;
      const at = k % n;
      s[at] = s[at + n] = x;
      points[0] = 0;
      eighth.push(k, x, s, at + n, points);
      quarter.push(k, x, s, at + n, points);
      half.push(k, x, s, at + n, points);
      whole.push(k, x, s, at + n, points);
      return k < n - 1 ? Number.NaN : Math.max(0, Math.min(1, slopeOf(points)));
    };
  },
});

/**
 * Hurst exponent by detrended fluctuation analysis over the last `period` values, which should be returns: slope of ln(fluctuation) on ln(size) of the
 * cumulative sum about straight lines, at the sizes of `hurst-rs`. 0.5 where nothing moves. O(1) per row.
 */
export const hurstDfa = defineRows({
  name: 'hurst-dfa',
  version: 2,
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
      eighth.push(k, y, points);
      quarter.push(k, y, points);
      half.push(k, y, points);
      whole.push(k, y, points);
      return k < n - 1 ? Number.NaN : Math.max(0, Math.min(2, slopeOf(points)));
    };
  },
});
