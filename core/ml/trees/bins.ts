import { TidegateError } from '../../foundation/errors.ts';
import { flatten } from './walk.ts';

/** How one feature's values become bins 0..255. Plain data, sent to workers as it is. */
export interface BinMap {
  readonly kind: 'numeric' | 'category';
  /** Bins of values, the one for missing values not counted. */
  readonly bins: number;
  /** Bin of missing values, or -1 where the training data has none. A category feature keeps bin 0 for missing, negative and rare ones. */
  readonly missing: number;
  /** Numeric: 255 upper bounds (inclusive), padded with infinity. */
  readonly upper: Float64Array;
  /** Category: the code of each bin from 1 on, most frequent first. */
  readonly categories: Int32Array;
  /** LightGBM's feature_infos entry. */
  readonly info: string;
}

/** How many rows, evenly spaced, the bounds are found from. */
export interface BinOptions {
  readonly maxBins: number;
  readonly sampleRows: number;
  readonly minDataInBin: number;
}

/** Smallest and largest value, and how many are NaN. */
export interface ColumnRange {
  readonly min: number;
  readonly max: number;
  readonly missing: number;
}

/** @throws TREES_INFINITE naming the feature and the row */
export function checkRange(values: Float64Array, name: string, { min, max }: ColumnRange): void {
  if (min !== Number.NEGATIVE_INFINITY && max !== Number.POSITIVE_INFINITY) return;
  const row = values.findIndex((x) => x === Number.NEGATIVE_INFINITY || x === Number.POSITIVE_INFINITY);
  if (row < 0) return;
  throw new TidegateError('TREES_INFINITE', `feature "${name}" is ${values[row]} in row ${row}`, {
    remedy: 'Clip it, or use NaN for a missing value.',
    details: { feature: name, row },
  });
}

/** Fills `sample` (of options.sampleRows + 2 places) with evenly spaced values, and the two extremes. Returns how many there are. */
export function sampleColumn(
  values: Float64Array,
  range: ColumnRange,
  options: BinOptions,
  sample: Float64Array,
): number {
  const stride = Math.max(1, values.length / options.sampleRows);
  const wanted = Math.min(values.length, options.sampleRows);
  let count = 0;
  for (let k = 0; k < wanted; k++) {
    const x = values[Math.floor(k * stride)]!;
    if (!Number.isNaN(x)) sample[count++] = flatten(x);
  }
  if (stride > 1 && range.max >= range.min) {
    sample[count++] = flatten(range.min);
    sample[count++] = flatten(range.max);
  }
  return count;
}

/**
 * Bins of one numeric column from its sorted sample: bounds halfway between neighbouring distinct values where there are few of them,
 * else so that bins hold about equal counts, a value more frequent than that having its own.
 */
export function numericBins(sorted: Float64Array, range: ColumnRange, options: BinOptions): BinMap {
  const bounds = equalCountBounds(sorted, Math.min(options.maxBins, 255), options.minDataInBin);
  const upper = new Float64Array(255).fill(Number.POSITIVE_INFINITY);
  upper.set(bounds);
  const bins = bounds.length + 1;
  return {
    kind: 'numeric',
    bins,
    missing: range.missing > 0 ? bins : -1,
    upper,
    categories: new Int32Array(0),
    info: range.max > range.min ? `[${range.min}:${range.max}]` : 'none',
  };
}

/** Kept for the next column. */
let room = new Int32Array(0);

function equalCountBounds(sorted: Float64Array, maxBins: number, minDataInBin: number): number[] {
  // starts[d] is where the d-th distinct value begins. What differs by rounding alone is one value: sums over windows that hold the same returns are added up in
  // an order that depends on where history begins, and so would bins and trees.
  if (room.length <= sorted.length) room = new Int32Array(sorted.length + 1);
  const starts = room;
  let distinct = 0;
  for (let i = 0; i < sorted.length; i++) if (i === 0 || isApart(sorted[i - 1]!, sorted[i]!)) starts[distinct++] = i;
  starts[distinct] = sorted.length;
  const isFew = distinct <= maxBins;
  const mean = sorted.length / maxBins;
  const isBig = (d: number) => !isFew && d < distinct && starts[d + 1]! - starts[d]! >= mean;
  let binsLeft = isFew ? distinct : maxBins;
  let smallBins = binsLeft;
  let rowsLeft = sorted.length;
  for (let d = 0; d < distinct; d++)
    if (isBig(d)) {
      smallBins--;
      rowsLeft -= starts[d + 1]! - starts[d]!;
    }
  const bounds: number[] = [];
  let inBin = 0;
  for (let d = 0; d + 1 < distinct; d++) {
    const count = starts[d + 1]! - starts[d]!;
    const isOwn = isBig(d);
    inBin += count;
    if (!isOwn) rowsLeft -= count;
    const want = isFew ? minDataInBin : Math.max(minDataInBin, smallBins > 0 ? (rowsLeft + inBin) / smallBins : inBin);
    const closes = isOwn || inBin >= want || (inBin >= Math.max(1, want * 0.5) && isBig(d + 1));
    if (!closes || binsLeft <= 1) continue;
    bounds.push(between(sorted[starts[d + 1]! - 1]!, sorted[starts[d + 1]!]!));
    binsLeft--;
    if (!isOwn) smallBins--;
    inBin = 0;
  }
  return bounds;
}

/** Share of a value up to which the next one is the same but for rounding: some hundred times what a window's sum is off, a fifth of a millisecond since 1970. */
const ROUNDING = 1e-13;

/** Whether b, which is not below a, is more than rounding above it. */
function isApart(a: number, b: number): boolean {
  return b - a > ROUNDING * Math.max(-a, b);
}

/** A number t with a <= t < b, halfway where that is possible. */
function between(a: number, b: number): number {
  const middle = a / 2 + b / 2;
  return middle >= b || middle < a ? a : middle;
}

/** Bins of a category column: codes are integers (fractions are cut off), NaN and negative codes go to bin 0. @throws TREES_CATEGORY */
export function categoryBins(values: Float64Array, name: string): BinMap {
  const counts = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (!(x > -1)) continue;
    if (x >= 65536)
      throw new TidegateError('TREES_CATEGORY', `category feature "${name}" has the code ${x} in row ${i}`, {
        remedy: 'Number the categories from 0, below 65536.',
      });
    counts.set(Math.trunc(x), (counts.get(Math.trunc(x)) ?? 0) + 1);
  }
  const codes = [...counts.keys()].sort((a, b) => counts.get(b)! - counts.get(a)! || a - b).slice(0, 255);
  return {
    kind: 'category',
    bins: codes.length + 1,
    missing: 0,
    upper: new Float64Array(0),
    categories: Int32Array.from(codes),
    info: codes.length > 0 ? codes.join(':') : 'none',
  };
}

/** Writes the bin of each category code. */
export function mapCategories(values: Float64Array, map: BinMap, out: Uint8Array): void {
  const bin = new Uint8Array(65536);
  map.categories.forEach((code, i) => {
    bin[code] = i + 1;
  });
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    out[i] = x > -1 && x < 65536 ? bin[x | 0]! : 0;
  }
}
