/** Median of finite values; NaN when there are none. Does not change its argument. */
export function median(values: Float64Array): number {
  const sorted = values.filter(Number.isFinite).sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A standard deviation that outliers cannot move: 1.4826 times the median absolute deviation (Hampel, 1974). */
export function robustDeviation(values: Float64Array): number {
  const center = median(values);
  return 1.4826 * median(values.map((x) => Math.abs(x - center)));
}
