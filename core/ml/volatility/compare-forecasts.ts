import { TidegateError } from '../../foundation/errors.ts';
import { studentTwoSided } from '../../metrics/student-t.ts';
import { leastSquares, neweyWest } from '../optimise/least-squares.ts';
import { inverseOf } from '../optimise/symmetric.ts';

/** Loss of each row: QLIKE RV/F - ln(RV/F) - 1 (Patton 2011), 0 at best, robust to noise in the proxy; NaN where a value is not above 0. */
export function qlikeLosses(realised: ArrayLike<number>, forecast: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: realised.length }, (_, i) => {
    const ratio = realised[i]! / forecast[i]!;
    return ratio > 0 && Number.isFinite(ratio) ? ratio - Math.log(ratio) - 1 : Number.NaN;
  });
}

/** Squared error of each row. */
export function squaredLosses(realised: ArrayLike<number>, forecast: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: realised.length }, (_, i) => (realised[i]! - forecast[i]!) ** 2);
}

/** Regression of what came on what was forecast: unbiased where the constant is 0 and the slope 1. */
export interface MincerZarnowitz {
  readonly constant: number;
  readonly slope: number;
  readonly r2: number;
  /** Probability of a Wald statistic as large if the forecast were unbiased (Newey-West errors). */
  readonly pUnbiased: number;
}

/** Mincer and Zarnowitz (1969) regression. @throws TidegateError REGRESSION_* on bad or constant forecasts */
export function mincerZarnowitz(realised: ArrayLike<number>, forecast: ArrayLike<number>): MincerZarnowitz {
  const columns = [new Float64Array(realised.length).fill(1), forecast];
  const fit = leastSquares(columns, realised);
  const lags = Math.floor(4 * (realised.length / 100) ** (2 / 9));
  const inverse = inverseOf(neweyWest(columns, fit, lags), 2);
  const a = fit.coefficients[0]!;
  const b = fit.coefficients[1]! - 1;
  const wald = inverse ? a * a * inverse[0]! + 2 * a * b * inverse[1]! + b * b * inverse[3]! : Number.NaN;
  // With two restrictions the chi-squared tail is an exponential.
  return { constant: a, slope: fit.coefficients[1]!, r2: fit.r2, pUnbiased: Math.exp(-wald / 2) };
}

/** Negative `statistic`: the first forecast loses less. NaN where the losses are equal. */
export interface DieboldMariano {
  readonly statistic: number;
  readonly pValue: number;
  readonly meanDifference: number;
}

/**
 * Diebold and Mariano (1995) test of equal expected loss for forecasts `horizon` steps ahead, with the correction of Harvey, Leybourne and
 * Newbold (1997) and Student's t. Rows where a loss is NaN are left out.
 */
export function dieboldMariano(first: ArrayLike<number>, second: ArrayLike<number>, horizon = 1): DieboldMariano {
  const d: number[] = [];
  for (let i = 0; i < first.length; i++) if (Number.isFinite(first[i]! - second[i]!)) d.push(first[i]! - second[i]!);
  const n = d.length;
  if (n < horizon + 2)
    throw new TidegateError('VOLATILITY_DATA', `${n} rows of losses are too few to compare at horizon ${horizon}`, {
      remedy: 'Compare over more rows, or at a shorter horizon.',
    });
  const mean = d.reduce((sum, x) => sum + x, 0) / n;
  let variance = 0;
  for (let lag = 0; lag < horizon; lag++) {
    let sum = 0;
    for (let i = lag; i < n; i++) sum += (d[i]! - mean) * (d[i - lag]! - mean);
    variance += ((lag === 0 ? 1 : 2) * sum) / n;
  }
  const correction = Math.sqrt((n + 1 - 2 * horizon + (horizon * (horizon - 1)) / n) / n);
  const statistic = variance > 0 ? (correction * mean) / Math.sqrt(variance / n) : Number.NaN;
  return { statistic, pValue: studentTwoSided(statistic, n - 1), meanDifference: mean };
}

/** How one model did, and how it stands against the best by QLIKE. */
export interface VolatilityScore {
  readonly name: string;
  readonly qlike: number;
  readonly mse: number;
  readonly mincerZarnowitz: MincerZarnowitz;
  /** Against the model with the lowest QLIKE; undefined for that one. */
  readonly againstBest?: DieboldMariano;
}

/** Scores forecasts of the same realised variances, best QLIKE first. Rows that any model lacks (NaN) are left out for all. */
export function compareForecasts(
  realised: ArrayLike<number>,
  forecasts: Readonly<Record<string, ArrayLike<number>>>,
  horizon = 1,
): readonly VolatilityScore[] {
  const names = Object.keys(forecasts);
  const rows = Array.from({ length: realised.length }, (_, i) => i).filter(
    (i) =>
      realised[i]! > 0 &&
      Number.isFinite(realised[i]!) &&
      names.every((name) => forecasts[name]![i]! > 0 && Number.isFinite(forecasts[name]![i]!)),
  );
  if (rows.length < 10)
    throw new TidegateError('VOLATILITY_DATA', `only ${rows.length} rows have a realised variance and every forecast`, {
      remedy: 'Give at least 10 rows that all models forecast.',
    });
  const truth = Float64Array.from(rows, (i) => realised[i]!);
  const scored = names.map((name) => {
    const values = Float64Array.from(rows, (i) => forecasts[name]![i]!);
    const losses = qlikeLosses(truth, values);
    return {
      name,
      losses,
      qlike: mean(losses),
      mse: mean(squaredLosses(truth, values)),
      mincerZarnowitz: mincerOrNone(truth, values),
    };
  });
  scored.sort((a, b) => a.qlike - b.qlike);
  const best = scored[0]!;
  return scored.map(({ losses, ...score }) =>
    score.name === best.name ? score : { ...score, againstBest: dieboldMariano(losses, best.losses, horizon) },
  );
}

/** A forecast that never changes has no slope. */
function mincerOrNone(truth: Float64Array, values: Float64Array): MincerZarnowitz {
  if (values.every((v) => v === values[0]))
    return { constant: mean(truth), slope: Number.NaN, r2: 0, pUnbiased: Number.NaN };
  return mincerZarnowitz(truth, values);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
