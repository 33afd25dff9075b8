import { moments, ratio } from './moments.ts';
import type { RatioOptions } from './sharpe.ts';

/** A series of returns measured against a benchmark's. */
export interface AlphaBeta {
  /** Covariance over the benchmark's variance. */
  readonly beta: number;
  /** Mean of excess return - beta · benchmark excess return, per period. */
  readonly alphaPerPeriod: number;
  /** (1 + alphaPerPeriod) ^ periods per year - 1. */
  readonly alpha: number;
  /** Mean of the return above the benchmark over its sample deviation, per period. */
  readonly informationRatioPerPeriod: number;
}

/** Alpha, beta (M. Jensen, 1968) and information ratio. NaN below two periods or where the benchmark does not move. */
export function alphaBeta(
  returns: ArrayLike<number>,
  benchmark: ArrayLike<number>,
  { periodsPerYear, riskFreePerPeriod = 0 }: RatioOptions,
): AlphaBeta {
  const n = Math.min(returns.length, benchmark.length);
  const own = moments(returns);
  const other = moments(benchmark);
  const active = new Float64Array(n);
  let covariance = 0;
  for (let i = 0; i < n; i++) {
    covariance += (returns[i]! - own.mean) * (benchmark[i]! - other.mean);
    active[i] = returns[i]! - benchmark[i]!;
  }
  const beta = n < 2 ? Number.NaN : ratio(covariance / n, other.populationDeviation ** 2);
  const alphaPerPeriod = own.mean - riskFreePerPeriod - beta * (other.mean - riskFreePerPeriod);
  const difference = moments(active);
  return {
    beta,
    alphaPerPeriod,
    alpha: (1 + alphaPerPeriod) ** periodsPerYear - 1,
    informationRatioPerPeriod: ratio(difference.mean, difference.sampleDeviation),
  };
}
