import { ratio } from './moments.ts';
import type { RatioOptions } from './sharpe.ts';

/**
 * Annual downside risk: square root of the mean of min(r - rf, 0)² over all periods, times the square root of the periods in a year.
 * @returns NaN for no returns
 */
export function downsideRisk(
  returns: ArrayLike<number>,
  { periodsPerYear, riskFreePerPeriod = 0 }: RatioOptions,
): number {
  let squares = 0;
  for (let i = 0; i < returns.length; i++) {
    const excess = returns[i]! - riskFreePerPeriod;
    if (excess < 0) squares += excess * excess;
  }
  return Math.sqrt(squares / returns.length) * Math.sqrt(periodsPerYear);
}

/**
 * Sortino ratio: annual mean excess return over annual downside risk (F. Sortino and L. Price, 1994).
 * @returns NaN where nothing was lost
 */
export function sortino(returns: ArrayLike<number>, options: RatioOptions): number {
  let sum = 0;
  for (let i = 0; i < returns.length; i++) sum += returns[i]! - (options.riskFreePerPeriod ?? 0);
  return ratio((sum / returns.length) * options.periodsPerYear, downsideRisk(returns, options));
}
