/**
 * Deepest fall of a curve of values below an earlier peak as a negative fraction of it; 0 when there was none. `drawdowns` says when, how long and how
 * often.
 * @param start the value before the first point, which counts as a peak
 */
export function maxDrawdown(curve: ArrayLike<number>, start: number): number {
  let peak = start;
  let max = 0;
  for (let i = 0; i < curve.length; i++) {
    const value = curve[i]!;
    if (value >= peak) peak = value;
    else if (value / peak - 1 < max) max = value / peak - 1;
  }
  return max;
}
