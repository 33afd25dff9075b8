import { moments, ratio } from './moments.ts';

/** Periods in a year, and the risk-free return of one period (a fraction). */
export interface RatioOptions {
  readonly periodsPerYear: number;
  readonly riskFreePerPeriod?: number;
}

/**
 * Sharpe ratio: mean excess return over its sample deviation, times the square root of the periods in a year (W. Sharpe, 1994).
 * @returns NaN below two returns or without deviation
 */
export function sharpe(returns: ArrayLike<number>, { periodsPerYear, riskFreePerPeriod = 0 }: RatioOptions): number {
  const { mean, sampleDeviation } = moments(returns);
  return ratio(mean - riskFreePerPeriod, sampleDeviation) * Math.sqrt(periodsPerYear);
}

/** Sample deviation of returns times the square root of the periods in a year. */
export function annualVolatility(returns: ArrayLike<number>, periodsPerYear: number): number {
  return moments(returns).sampleDeviation * Math.sqrt(periodsPerYear);
}
