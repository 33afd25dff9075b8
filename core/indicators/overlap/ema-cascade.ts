/**
 * One row of the warm-up of an average of averages: `depth` exponential averages, each fed by the one before and seeded with the mean of
 * its first n inputs, as TA-Lib seeds DEMA, TEMA, T3 and TRIX. `state` is [count, sum 1, mean 1, sum 2, mean 2, …].
 * @returns the deepest average, NaN until it is seeded
 */
export function warmCascade(
  state: Float64Array,
  depth: number,
  n: number,
  [fresh, kept]: readonly [number, number],
  x: number,
): number {
  const count = state[0]! + 1;
  state[0] = count;
  let value = x;
  for (let j = 0; j < depth; j++) {
    const seen = count - j * (n - 1);
    const sum = 1 + 2 * j;
    if (seen <= n) {
      state[sum] = state[sum]! + value;
      if (seen < n) return Number.NaN;
      state[sum + 1] = state[sum]! / n;
    } else state[sum + 1] = fresh * value + kept * state[sum + 1]!;
    value = state[sum + 1]!;
  }
  return value;
}
