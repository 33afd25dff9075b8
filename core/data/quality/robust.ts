/** Median of finite values; NaN when there are none. Does not change its argument. */
export function median(values: Float64Array): number {
  const finite = finiteOf(values);
  const middle = finite.length >> 1;
  if (finite.length === 0) return Number.NaN;
  const upper = selected(finite, middle);
  if (finite.length % 2 === 1) return upper;
  return (finite.subarray(0, middle).reduce((most, x) => Math.max(most, x)) + upper) / 2;
}

/** A loop of its own: `filter` calls a function per value. */
function finiteOf(values: Float64Array): Float64Array {
  const out = new Float64Array(values.length);
  let length = 0;
  for (let i = 0; i < values.length; i++) if (Number.isFinite(values[i])) out[length++] = values[i]!;
  return out.subarray(0, length);
}

/** The element that would be at `k` if `values` were sorted (Hoare's selection); none before it is larger then. */
function selected(values: Float64Array, k: number): number {
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const swapped = values[i]!;
      values[i++] = values[j]!;
      values[j--] = swapped;
    }
    if (k <= j) high = j;
    else if (k >= i) low = i;
    else break;
  }
  return values[k]!;
}

/** A standard deviation that outliers cannot move: 1.4826 times the median absolute deviation (Hampel, 1974). */
export function robustDeviation(values: Float64Array, center = median(values)): number {
  return 1.4826 * median(values.map((x) => Math.abs(x - center)));
}
