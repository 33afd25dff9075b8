/**
 * Sliding sums are recomputed from the window every so many values since the last NaN, so that rounding errors cannot grow with the
 * length of the history. The rule depends on the count alone, never on how rows arrive: chunk invariance holds to the bit.
 * Sums of values drift with the root of the count; sums of sums faster, hence the shorter turn.
 */
export function refreshEvery(period: number, order: 1 | 2): number {
  return Math.max(order === 1 ? 4096 : 1024, period);
}

/** TA-Lib's rule for "as good as zero": |x| < 1e-14. */
export function isZero(x: number): boolean {
  return x < 1e-14 && x > -1e-14;
}
