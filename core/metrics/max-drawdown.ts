/** The drawdowns of a curve. Depths are negative fractions of the peak before them; indexes count points of the curve. */
export interface Drawdown {
  /** Deepest fall below an earlier peak; 0 when there was none, NaN for an empty curve. */
  readonly max: number;
  /** Index of the deepest point; -1 when there was no fall. */
  readonly troughIndex: number;
  /** Index of the peak before the deepest point; -1 means the start value. */
  readonly peakIndex: number;
  /** Longest run of points below an earlier peak. */
  readonly longestPoints: number;
  /** First and last index of that run; -1 when there was none. */
  readonly longestFrom: number;
  readonly longestTo: number;
  /** Root mean square of the drawdown in percent (P. Martin's ulcer index). */
  readonly ulcerIndex: number;
}

/** Drawdowns of a curve of values; `start` is the value before its first point and counts as a peak. O(n), nothing allocated. */
export function maxDrawdown(curve: ArrayLike<number>, start: number): Drawdown {
  const n = curve.length;
  let peak = start;
  let peakAt = -1;
  let max = 0;
  let troughIndex = -1;
  let peakIndex = -1;
  let run = 0;
  let longestPoints = 0;
  let longestTo = -1;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const value = curve[i]!;
    if (value >= peak) {
      peak = value;
      peakAt = i;
      run = 0;
      continue;
    }
    const depth = value / peak - 1;
    squares += depth * depth;
    if (depth < max) {
      max = depth;
      troughIndex = i;
      peakIndex = peakAt;
    }
    run++;
    if (run > longestPoints) {
      longestPoints = run;
      longestTo = i;
    }
  }
  return {
    max: n === 0 ? Number.NaN : max,
    troughIndex,
    peakIndex,
    longestPoints,
    longestFrom: longestPoints === 0 ? -1 : longestTo - longestPoints + 1,
    longestTo,
    ulcerIndex: 100 * Math.sqrt(squares / n),
  };
}
