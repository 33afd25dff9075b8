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

/**
 * Bounds of one numeric column: halfway between neighbouring distinct values where there are few of them, else so that bins hold about
 * equal counts, a value more frequent than that having its own. @throws TREES_INFINITE
 */
export function numericBins(values: Float64Array, name: string, options: BinOptions): BinMap {
  const { min, max, missing } = range(values, name);
  const stride = Math.max(1, values.length / options.sampleRows);
  const sample = new Float64Array(Math.min(values.length, options.sampleRows) + 2);
  let count = 0;
  for (let k = 0; Math.floor(k * stride) < values.length && count < sample.length - 2; k++) {
    const x = values[Math.floor(k * stride)]!;
    if (!Number.isNaN(x)) sample[count++] = flatten(x);
  }
  if (stride > 1 && max >= min) {
    sample[count++] = flatten(min);
    sample[count++] = flatten(max);
  }
  const sorted = sample.subarray(0, count).sort();
  const bounds = equalCountBounds(sorted, Math.min(options.maxBins, 255), options.minDataInBin);
  const upper = new Float64Array(255).fill(Number.POSITIVE_INFINITY);
  upper.set(bounds);
  const bins = bounds.length + 1;
  return {
    kind: 'numeric',
    bins,
    missing: missing > 0 ? bins : -1,
    upper,
    categories: new Int32Array(0),
    info: max > min ? `[${min}:${max}]` : 'none',
  };
}

function range(values: Float64Array, name: string): { min: number; max: number; missing: number } {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let missing = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i]!;
    if (x < min) min = x;
    if (x > max) max = x;
    if (Number.isNaN(x)) missing++;
  }
  if (min === Number.NEGATIVE_INFINITY || max === Number.POSITIVE_INFINITY) {
    const row = values.findIndex((x) => x === Number.NEGATIVE_INFINITY || x === Number.POSITIVE_INFINITY);
    if (row >= 0)
      throw new TidegateError('TREES_INFINITE', `feature "${name}" is ${values[row]} in row ${row}`, {
        remedy: 'Clip it, or use NaN for a missing value.',
        details: { feature: name, row },
      });
  }
  return { min, max, missing };
}

function equalCountBounds(sorted: Float64Array, maxBins: number, minDataInBin: number): number[] {
  const values: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < sorted.length; i++) {
    const x = sorted[i]!;
    if (values.length > 0 && values[values.length - 1] === x) counts[counts.length - 1]!++;
    else {
      values.push(x);
      counts.push(1);
    }
  }
  const bounds: number[] = [];
  const isFew = values.length <= maxBins;
  let binsLeft = isFew ? values.length : maxBins;
  let rowsLeft = sorted.length;
  let big = 0;
  const mean = sorted.length / maxBins;
  const isBig = counts.map((c) => !isFew && c >= mean);
  for (let i = 0; i < counts.length; i++) if (isBig[i]) big += counts[i]!;
  rowsLeft -= big;
  let smallBins = binsLeft - isBig.filter(Boolean).length;
  let inBin = 0;
  for (let i = 0; i + 1 < values.length; i++) {
    inBin += counts[i]!;
    if (!isBig[i]) rowsLeft -= counts[i]!;
    const want = isFew ? minDataInBin : Math.max(minDataInBin, smallBins > 0 ? (rowsLeft + inBin) / smallBins : inBin);
    const closes = isBig[i] || inBin >= want || (isBig[i + 1] && inBin >= Math.max(1, want * 0.5));
    if (!closes || binsLeft <= 1) continue;
    bounds.push(between(values[i]!, values[i + 1]!));
    binsLeft--;
    if (!isBig[i]) smallBins--;
    inBin = 0;
  }
  return bounds;
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
