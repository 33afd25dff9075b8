import { normalCdf, normalQuantile } from '../foundation/normal.ts';
import { moments, ratio } from './moments.ts';

const EULER_MASCHERONI = 0.5772156649015329;

/** Square of the standard error of a Sharpe ratio, times n - 1, for returns that are not normal. */
function errorTerm(sharpe: number, skewness: number, kurtosis: number): number {
  return 1 - skewness * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe;
}

/** Sharpe ratio of one period: mean over sample deviation. */
export function sharpePerPeriod(returns: ArrayLike<number>): number {
  const { mean, sampleDeviation } = moments(returns);
  return ratio(mean, sampleDeviation);
}

/**
 * Probability that the true Sharpe ratio is above `benchmark` (both per period):
 * Φ((SR - SR*) √(n - 1) / √(1 - g3 SR + (g4 - 1)/4 SR²)) (D. Bailey and M. López de Prado, The Sharpe Ratio Efficient Frontier, 2012).
 * @returns NaN below two returns or without deviation
 */
export function probabilisticSharpe(returns: ArrayLike<number>, benchmark = 0): number {
  const { count, mean, sampleDeviation, skewness, kurtosis } = moments(returns);
  const sharpe = ratio(mean, sampleDeviation);
  const error = Math.sqrt(errorTerm(sharpe, skewness, kurtosis));
  return normalCdf(ratio((sharpe - benchmark) * Math.sqrt(count - 1), error));
}

/**
 * The Sharpe ratio per period that the best of `trials` worthless strategies is expected to show, given the variance of the trials'
 * Sharpe ratios per period: √V ((1 - γ) Z(1 - 1/N) + γ Z(1 - 1/(N e))) (Bailey and López de Prado, The Deflated Sharpe Ratio, 2014).
 * @returns 0 for a single trial: nothing was selected
 */
export function expectedMaxSharpe(trials: number, variance: number): number {
  if (trials <= 1) return 0;
  const low = normalQuantile(1 - 1 / trials);
  const high = normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * low + EULER_MASCHERONI * high);
}

/** Deflated Sharpe ratio: the probabilistic one against the best that chance would show in as many trials. */
export function deflatedSharpe(returns: ArrayLike<number>, trials: number, variance: number): number {
  return probabilisticSharpe(returns, expectedMaxSharpe(trials, variance));
}

/**
 * Number of returns needed before the Sharpe ratio seen would be above `benchmark` (per period) with this confidence.
 * @returns NaN when it is not above at all
 */
export function minTrackRecord(returns: ArrayLike<number>, benchmark = 0, confidence = 0.95): number {
  const { skewness, kurtosis } = moments(returns);
  const sharpe = sharpePerPeriod(returns);
  if (!(sharpe > benchmark)) return Number.NaN;
  return 1 + errorTerm(sharpe, skewness, kurtosis) * (normalQuantile(confidence) / (sharpe - benchmark)) ** 2;
}
