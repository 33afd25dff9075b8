/**
 * Stability: r² of a straight line through the cumulative log returns against time (1 = steady growth or decline).
 * @returns NaN below two returns, without any movement, or after a total loss
 */
export function stability(returns: ArrayLike<number>): number {
  const n = returns.length;
  const middle = (n - 1) / 2;
  let level = 0;
  let sum = 0;
  let squares = 0;
  let cross = 0;
  for (let i = 0; i < n; i++) {
    level += Math.log1p(returns[i]!);
    sum += level;
    squares += level * level;
    cross += (i - middle) * level;
  }
  const spread = squares - (sum * sum) / n;
  const time = (n * (n * n - 1)) / 12;
  const value = (cross * cross) / (time * spread);
  return n < 2 || !(spread > 1e-24 * squares) || !Number.isFinite(value) ? Number.NaN : Math.min(1, value);
}
