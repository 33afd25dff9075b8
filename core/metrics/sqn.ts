import { moments, ratio } from './moments.ts';

/**
 * System quality number of V. Tharp: square root of the number of trades times mean over sample deviation of their profits.
 * @param cap counts at most this many trades in the root (Tharp's own cap is 100), so that frequent traders do not win by number alone
 * @returns NaN below two trades or without deviation
 */
export function sqn(profits: ArrayLike<number>, cap = Number.POSITIVE_INFINITY): number {
  const { count, mean, sampleDeviation } = moments(profits);
  return Math.sqrt(Math.min(count, cap)) * ratio(mean, sampleDeviation);
}
