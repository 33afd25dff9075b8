import { checkNumber } from './label.ts';

/** Weights of (1 - L)^d up to `count`: w[0] = 1, w[k] = -w[k-1] (d - k + 1) / k; all before the first below `threshold` in size. */
export function differenceWeights(
  d: number,
  { threshold = 0, count }: { readonly threshold?: number; readonly count: number },
): Float64Array {
  checkNumber('threshold', threshold, 0);
  const out = [1];
  for (let k = 1; k < count; k++) {
    const w = (-out[k - 1]! * (d - k + 1)) / k;
    if (Math.abs(w) < threshold) break;
    out.push(w);
  }
  return Float64Array.from(out);
}

/**
 * Fractional difference of order `d` with a window of fixed width (López de Prado 2018, section 5.5): the weights not below `threshold`.
 * NaN until the window is full. Forward only.
 */
export function fixedWidthDifference(x: ArrayLike<number>, d: number, threshold: number): Float64Array {
  const weights = differenceWeights(d, { threshold, count: x.length });
  return convolve(x, weights, weights.length - 1);
}

/** Fractional difference with all the past: every weight, the window growing. Forward only, O(n²). */
export function expandingDifference(x: ArrayLike<number>, d: number): Float64Array {
  return convolve(x, differenceWeights(d, { count: x.length }), 0);
}

function convolve(x: ArrayLike<number>, weights: Float64Array, from: number): Float64Array {
  const out = new Float64Array(x.length).fill(Number.NaN);
  for (let t = from; t < x.length; t++) {
    let sum = 0;
    for (let k = Math.min(t, weights.length - 1); k >= 0; k--) sum += weights[k]! * x[t - k]!;
    out[t] = sum;
  }
  return out;
}
